import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { build, preview } from 'vite';

export interface ServedPage {
  url: string;
  close(): Promise<void>;
}

/**
 * Builds the legacy page and serves it. The page expects the system at its own host, as behind one web server: `/ws` and
 * `/api` are passed on to `results`.
 */
export async function serveLegacyPage(results: string): Promise<ServedPage> {
  const folder = await mkdtemp(join(tmpdir(), 'framewire-page-'));
  const config = {
    root: import.meta.dirname,
    configFile: false as const,
    logLevel: 'error' as const,
    plugins: [svelte({ configFile: false, preprocess: vitePreprocess() })],
    build: { outDir: folder, emptyOutDir: true },
  };
  await build(config);
  const server = await preview({
    ...config,
    preview: { host: '127.0.0.1', port: 0, proxy: { '/api': results, '/ws': { target: results, ws: true } } },
  });
  const { port } = server.httpServer.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
