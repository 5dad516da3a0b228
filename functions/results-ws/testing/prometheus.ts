/** For tests alone: a real Prometheus that scrapes what a function says. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, listenOnLoopback } from '@framewire/testkit';

export const installed = spawnSync('prometheus', ['--version']).status === 0;

export interface TestPrometheus {
  url: string;
  /** Ends it, and keeps the rest. */
  end(): Promise<void>;
  remove(): Promise<void>;
}

/** @param exposition what is to be scraped now, once a second. */
export async function startPrometheus(exposition: () => string): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'framewire-prometheus-'));
  const target = createServer((_, response) => response.end(exposition()));
  const port = await listenOnLoopback(target);
  const own = await freePort();
  const jobs = `[{job_name: target, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]`;
  writeFileSync(join(folder, 'p.yml'), `global: {scrape_interval: 1s}\nscrape_configs: ${jobs}\n`);
  const child = spawn(
    'prometheus',
    [`--config.file=${folder}/p.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${own}`],
    { stdio: 'ignore' },
  );

  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  }

  return {
    url: `http://127.0.0.1:${own}`,
    end,
    async remove() {
      await end();
      target.close();
      rmSync(folder, { recursive: true });
    },
  };
}
