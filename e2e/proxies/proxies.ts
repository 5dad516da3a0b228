import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { waitFor } from '@framewire/runtime/process';
import { freePort } from '../../testkit/system/loopback.ts';
import { end } from '../../testkit/system/part.ts';
import { ROOT } from '../../testkit/system/paths.ts';

/** The name in the configurations. */
export const HOST = 'cams.example.org';

/** A proxy with one of our configurations, on loopback. */
export interface RunningProxy {
  port: number;
  /** The certificate of the name. */
  ca: string;
  stop(): Promise<void>;
}

interface Kind {
  program: string;
  /** What it is started with, once its files are in the folder. */
  prepare(folder: string, port: number, dashboard: string): string[];
}

const KINDS: Record<string, Kind> = {
  nginx: {
    program: '/usr/sbin/nginx',
    prepare(folder, port, dashboard) {
      const site = changed('nginx.conf', [
        ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
        ['/etc/ssl/', `${folder}/`],
        ['127.0.0.1:8090', `127.0.0.1:${dashboard}`],
      ]);
      // its workers run as another user otherwise, who cannot write into the folder
      const asRoot = process.getuid?.() === 0 ? 'user root; ' : '';
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${kind};`,
      );
      write(
        folder,
        'nginx.conf',
        `${asRoot}error_log stderr; pid nginx.pid; events {} http { access_log off; ${temporary.join(' ')}\n${site}}`,
      );
      return ['-p', folder, '-c', 'nginx.conf', '-g', 'daemon off;'];
    },
  },
  caddy: {
    program: 'caddy',
    prepare(folder, port, dashboard) {
      const site = changed('Caddyfile', [
        // of itself it asks an authority for a certificate
        [`${HOST} {`, `${HOST}:${port} {\n\tbind 127.0.0.1\n\ttls ${folder}/cams.pem ${folder}/cams.key`],
        ['\treverse_proxy 127.0.0.1:8090', `\treverse_proxy 127.0.0.1:${dashboard}`],
      ]);
      write(folder, 'Caddyfile', `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
      return ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
    },
  },
  traefik: {
    program: 'traefik',
    prepare(folder, port, dashboard) {
      const dynamic = changed('traefik.yml', [
        ['/etc/ssl/cams.pem, keyFile: /etc/ssl/', `${folder}/cams.pem, keyFile: ${folder}/`],
        ['127.0.0.1:8090', `127.0.0.1:${dashboard}`],
      ]);
      write(folder, 'dynamic.yml', dynamic);
      return [
        `--entrypoints.websecure.address=127.0.0.1:${port}`,
        `--providers.file.filename=${join(folder, 'dynamic.yml')}`,
      ];
    },
  },
};

/** Those whose program is on this machine. */
export const PROXIES = Object.keys(KINDS).filter(
  (name) => spawnSync(KINDS[name]!.program, ['--help'], { stdio: 'ignore' }).error === undefined,
);

/** Starts one before the dashboard at a port of loopback. Resolves once it answers. */
export async function startProxy(name: string, dashboard: string): Promise<RunningProxy> {
  const { program, prepare } = KINDS[name]!;
  const folder = mkdtempSync(join(tmpdir(), `framewire-${name}-`));
  const port = await freePort();
  makeCertificate(folder);
  const child = spawn(program, prepare(folder, port, dashboard), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2_000)));
  child.on('error', (error) => (said += error.message));
  try {
    await waitFor(`${name} to answer`, () => isUp(child, port, () => said), { timeout: 30_000 });
  } catch (error) {
    await end(child, 'SIGTERM');
    throw new Error(`${(error as Error).message}: ${said}`);
  }
  return {
    port,
    ca: readFileSync(join(folder, 'cams.pem'), 'utf8'),
    async stop() {
      await end(child, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isUp(child: ChildProcess, port: number, said: () => string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said()}`);
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: HOST, rejectUnauthorized: false }, () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
}

/** One of ours as it stands in the repository, but for these words. @throws Error where one is missing there. */
function changed(file: string, changes: [from: string, to: string][]): string {
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`deploy/proxy/${file} has no ${from}`);
      return text.replaceAll(from, to);
    },
    readFileSync(join(ROOT, 'deploy/proxy', file), 'utf8'),
  );
}

const write = (folder: string, file: string, text: string) => writeFileSync(join(folder, file), text);

/** Self-signed, for the name. */
function makeCertificate(folder: string): void {
  const files = ['-keyout', join(folder, 'cams.key'), '-out', join(folder, 'cams.pem')];
  const name = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...name, ...files], {
    stdio: 'ignore',
  });
}
