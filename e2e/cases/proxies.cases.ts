/** The page and its streams behind proxies as people set them up: events come at once, whatever a proxy compresses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import WebSocket from 'ws';
import { freePorts } from '../../local/supervisor/free-ports.ts';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import { end } from '../../testkit/system/part.ts';
import { aCase } from './case.ts';

const system = inject('system');
const { port: RESULTS } = new URL(system.dashboard);
const FPS = 4;
let folder: string;
let servers: ChildProcess[] = [];
let ports: number[];

const NGINX = [
  ['as it comes', 'location / { proxy_pass http://RESULTS; }'],
  [
    'compresses all it can',
    'gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; location / { proxy_pass http://RESULTS; }',
  ],
  ['with upgrade', 'location / { proxy_pass http://RESULTS; PROXY }'],
  ['below a path', 'location /cams/ { proxy_pass http://RESULTS/; PROXY }'],
] as const;
const PROXY =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_set_header Host $http_host;';

async function startProxies(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'framewire-proxies-'));
  ports = await freePorts(NGINX.length + 2);
  const sites = NGINX.map(
    ([, site], i) =>
      `server { listen 127.0.0.1:${ports[i]}; ${site.replace('PROXY', PROXY).replace('RESULTS', `127.0.0.1:${RESULTS}`)} }`,
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  writeFileSync(
    join(folder, 'nginx.conf'),
    `error_log stderr; pid nginx.pid; worker_processes 1; events {} http { access_log off; ${temporary.join(' ')}
     map $http_upgrade $connection_upgrade { default upgrade; '' close; }
     ${sites.join('\n')} }`,
  );
  const caddy = (port: number, encode: string) =>
    `http://127.0.0.1:${port} {\n${encode}\nreverse_proxy 127.0.0.1:${RESULTS}\n}`;
  const [plain, compressing] = ports.slice(NGINX.length) as [number, number];
  writeFileSync(
    join(folder, 'Caddyfile'),
    `{\nadmin off\nauto_https off\n}\n${caddy(plain, '')}\n${caddy(compressing, 'encode zstd gzip')}\n`,
  );
  servers = [
    start('nginx', ['-p', folder, '-c', 'nginx.conf', '-g', 'daemon off;']),
    start('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']),
  ];
  await putCamera(system, 'proxied', { url: 'demo:', fps: FPS });
  for (const port of ports) {
    const answers = () => fetch(`http://127.0.0.1:${port}/`).then(async (answer) => !!(await answer.text()));
    await waitFor(`the proxy on ${port}`, () => answers().catch(() => false), { timeout: 30_000 });
  }
}

async function stopProxies(): Promise<void> {
  await removeCameras(system, 'proxied');
  await Promise.all(servers.map((child) => end(child, 'SIGTERM')));
  rmSync(folder, { recursive: true, force: true });
}

function start(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, HOME: folder } });
  child.on('error', () => {}); // not installed: its port never answers, and the wait for it says so
  return child;
}

/** The longest time without a byte while results come several times a second. */
async function longestGap(url: string): Promise<{ status: number; gap: number; results: number }> {
  const headers = { accept: 'text/event-stream', 'accept-encoding': 'gzip, br, zstd' };
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok || !answer.body) return { status: answer.status, gap: Number.POSITIVE_INFINITY, results: 0 };
  const reader = answer.body.getReader();
  const end = Date.now() + 8_000;
  let [last, gap, results] = [Date.now(), 0, 0];
  while (Date.now() < end) {
    const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true })); // nothing came for long
    if (done) {
      gap = Math.max(gap, Date.now() - last);
      break;
    }
    gap = Math.max(gap, Date.now() - last);
    last = Date.now();
    results += new TextDecoder().decode(value).split('"type":"result"').length - 1;
  }
  await reader.cancel();
  return { status: answer.status, gap, results };
}

const origin = (index: number) => `http://127.0.0.1:${ports[index]}`;

function events(name: string, base: () => string): void {
  aCase(`${name}: events`, 'flow at once, in no lumps', async () => {
    const { status, gap, results } = await longestGap(`${base()}/api/events?cameras=`);
    return {
      seen: `${status}; ${results} results in 8 s, at most ${gap} ms between two`,
      ok: results >= FPS && gap < 2_000,
    };
  });
}

function webSocket(name: string, index: number, path = ''): void {
  aCase(`${name}: WebSocket`, 'opens, and records come', async () => {
    const socket = new WebSocket(`${origin(index).replace('http', 'ws')}${path}/ws/results`, 'framewire.v1', {
      origin: origin(index),
      handshakeTimeout: 10_000,
    });
    try {
      const seen = await new Promise<string>((resolve) => {
        socket.on('error', (error) => resolve(error.message));
        socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', cameras: '*' })));
        socket.on('message', (_, isBinary) => isBinary && resolve('a result came'));
        setTimeout(() => resolve('nothing in 15 s'), 15_000);
      });
      return { seen, ok: seen === 'a result came' };
    } finally {
      socket.terminate();
    }
  });
}

const isThere = existsSync('/usr/sbin/nginx') && existsSync('/usr/bin/caddy');
describe.skipIf(!isThere)(
  `proxies${isThere ? '' : ': nginx and caddy are not installed (Debian packages of these names)'}`,
  () => {
    beforeAll(startProxies, 120_000);
    afterAll(stopProxies);
    NGINX.forEach(([name], index) => {
      const path = name === 'below a path' ? '/cams' : '';
      events(`nginx ${name}`, () => `${origin(index)}${path}`);
      if (NGINX[index]![1].includes('PROXY')) webSocket(`nginx ${name}`, index, path);
    });
    ['Caddy', 'Caddy that compresses'].forEach((name, index) => {
      events(name, () => origin(NGINX.length + index));
      webSocket(name, NGINX.length + index);
    });
    events('the gateway', () => `${system.gateway}/function/results-ws`);
  },
);
