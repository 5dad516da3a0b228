import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry, type Registry } from '@framewire/runtime/telemetry';
import { listenOnLoopback, silentLog } from '@framewire/testkit';
import { createSecretStore } from '../api/secret-store.ts';
import type { FunctionStatus } from '../faas-provider.ts';
import { createGateway } from '../server.ts';

/** A gateway on a free port, with the password `secret`. */
export interface TestGateway {
  url: string;
  registry: Registry;
  /** For files of a test. */
  folder: string;
  /** Adds a function with a replica for each handler. */
  deploy(name: string, ...handlers: RequestListener[]): Promise<FunctionStatus>;
  /** Tells the gateway that it ends. */
  end(): void;
  close(): Promise<void>;
}

/** @param options `timeoutMs` bounds an invocation. */
export async function startTestGateway({ timeoutMs = 10_000 } = {}): Promise<TestGateway> {
  const registry = createRegistry();
  const folder = mkdtempSync(join(tmpdir(), 'framewire-gateway-'));
  const servers: Server[] = [];
  const functions: FunctionStatus[] = [];
  const ending = new AbortController();
  const unused = () => Promise.reject(new Error('not used here'));
  const server = createGateway({
    provider: { list: () => functions, scale: unused, deploy: unused, update: unused, remove: unused },
    secrets: createSecretStore(folder),
    username: 'admin',
    password: 'secret',
    upstreamTimeoutMs: timeoutMs,
    ending: ending.signal,
    registry,
    log: silentLog,
  });

  async function serve(server: Server): Promise<number> {
    servers.push(server);
    return listenOnLoopback(server);
  }

  return {
    url: `http://127.0.0.1:${await serve(server)}`,
    registry,
    folder,
    async deploy(name, ...handlers) {
      const endpoints = await Promise.all(
        handlers.map(async (handler, n) => ({ id: `${name}-${n}`, port: await serve(createServer(handler)) })),
      );
      const status: FunctionStatus = {
        name,
        image: `process:${name}`,
        labels: {},
        annotations: {},
        replicas: handlers.length,
        endpoints,
        createdAt: new Date(0).toISOString(),
        secrets: [],
        log: '',
      };
      functions.push(status);
      return status;
    },
    end: () => ending.abort(),
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      rmSync(folder, { recursive: true });
    },
  };
}

/** Answers with what came, as JSON. */
export const echo: RequestListener = async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url, headers } = request;
  response.setHeader('x-own', 'kept');
  response.end(JSON.stringify({ method, url, headers, length: Buffer.concat(chunks).length }));
};
