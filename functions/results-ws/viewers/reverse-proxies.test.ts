import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, freePort, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createProducer, type Producer, type Replica, startReplica } from '../testing/replica.ts';

/** Proxies that compress all they can, where they are installed. */
const proxies = [
  {
    name: 'nginx',
    installed: spawnSync('nginx', ['-v']).status === 0,
    file: 'nginx.conf',
    config: (port: number, upstream: string) => `
      error_log stderr; pid nginx.pid; worker_processes 1; daemon off;
      events {}
      http {
        access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
        server {
          listen 127.0.0.1:${port};
          gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;
          location / { proxy_pass ${upstream}; }
        }
      }`,
    command: (folder: string) => ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
  },
  {
    name: 'Caddy',
    installed: spawnSync('caddy', ['version']).status === 0,
    file: 'Caddyfile',
    config: (port: number, upstream: string) => `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  encode zstd gzip
  reverse_proxy ${upstream}
}
`,
    command: (folder: string) => ['caddy', 'run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'],
  },
];

let vhost: TestVhost;
let producer: Producer;
let replica: Replica;
const folder = mkdtempSync(join(tmpdir(), 'framewire-proxy-'));
let proxy: ChildProcess | undefined;
beforeAll(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
  replica = await startReplica(vhost.amqp);
});
afterEach(() => {
  proxy?.kill();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await replica.close();
  await producer.close();
  await vhost.drop();
});

for (const { name, installed, file, config, command } of proxies) {
  it.runIf(installed)(`each event passes through ${name} by itself, though it compresses all it can`, async () => {
    const port = await freePort();
    writeFileSync(join(folder, file), config(port, replica.url));
    const [program, ...args] = command(folder);
    proxy = spawn(program!, args, { stdio: 'ignore', env: { ...process.env, HOME: folder } });
    proxy.on('error', () => {});
    const url = `http://127.0.0.1:${port}`;
    await waitFor('the proxy', async () => (await fetch(`${url}/healthz`)).ok);

    const asked = get(`${url}/api/events`, { headers: { 'accept-encoding': 'gzip' } });
    const response = await new Promise<IncomingMessage>((resolve) => asked.on('response', resolve));
    expect(response.headers['cache-control']).toContain('no-transform');
    // nginx compresses all the same, and lets each event go at once
    if (name === 'Caddy') expect(response.headers['content-encoding']).toBeUndefined();
    const body = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
    let text = '';
    body.on('error', () => {});
    response.on('error', () => {});
    body.on('data', (chunk) => {
      text += chunk;
    });
    // one after the other: each is there before the next one could push it out of a buffer
    for (let n = 0; n < 3; n++) {
      const { frame_id } = await producer.result({});
      await waitFor('the event', () => text.includes(frame_id));
    }
    asked.destroy();
  });
}
