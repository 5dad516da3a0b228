import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUEUE } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { at } from '../manifests.ts';

const file = readFileSync(at('deploy/parts/compose.yaml'), 'utf8');
const { services } = parse(file, { merge: true }) as { services: Record<string, Service> };

interface Service {
  image: string;
  entrypoint?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  read_only?: boolean;
  cap_drop?: string[];
}

/** Where the settings of each of our services stand; those of the gateway are in its main.ts. */
const SETTINGS: Record<string, string> = {
  'detect-faces': 'functions/detect-faces',
  'ingest-frame': 'functions/ingest-frame',
  'results-ws': 'functions/results-ws',
  'track-objects': 'functions/track-objects',
  sightings: 'functions/sightings',
  'connector-rabbitmq': 'connectors/rabbitmq',
  'connector-camera': 'connectors/camera',
  topology: 'deploy/topology',
};
/** What every process reads. */
const COMMON = ['DRAIN_MS', 'DRAIN_AFTER_MS', 'LOG_LEVEL'];
const ours = Object.entries(services).filter(([name]) => name in SETTINGS || name === 'gateway');

describe('each part as a service', () => {
  it.each(Object.entries(SETTINGS))('%s is given only settings that it reads', async (name, part) => {
    const { settings } = await import(at(join(part, 'settings.ts')));
    const given = Object.keys(services[name]!.environment!).filter((one) => !COMMON.includes(one));
    for (const one of given) expect(Object.keys(settings), `${name} reads no ${one}`).toContain(one);
  });

  it('each program is one that the build makes', () => {
    expect(ours).toHaveLength(9);
    for (const [, { entrypoint }] of ours)
      expect(statSync(at(entrypoint!.at(-1)!.replace('/dist/', '/').replace('.js', '.ts'))).isFile()).toBe(true);
  });

  it('the gateway knows the functions, and which takes the frames', () => {
    const { SERVICES } = services.gateway!.environment!;
    const names = SERVICES!.split(',').map((one) => one.split(':')[0]!);
    expect(names.filter((name) => !(name in services))).toEqual([]);
    expect(SERVICES).toContain(`detect-faces:${QUEUE.frames}`);
  });

  it('nothing of ours writes to its image or has a capability, and only the dashboard may leave this machine', () => {
    for (const [, service] of ours) expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    const open = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port] as const),
    );
    expect(open).toHaveLength(3);
    for (const [name, port] of open)
      expect(port).toMatch(name === 'results-ws' ? /^\$\{DASHBOARD_HOST:-127\.0\.0\.1\}:/ : /^127\.0\.0\.1:/);
  });

  it('each password and key is made by secrets.sh, once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'framewire-parts-'));
    try {
      cpSync(at('deploy/parts/secrets.sh'), join(folder, 'secrets.sh'));
      const run = () => {
        expect(spawnSync('sh', [join(folder, 'secrets.sh')]).status).toBe(0);
        return readFileSync(join(folder, '.env'), 'utf8');
      };
      const made = run();
      expect(run()).toBe(made);
      expect(statSync(join(folder, '.env')).mode & 0o077).toBe(0);
      const asked = [...file.matchAll(/\$\{(\w+_(?:PASSWORD|KEY))/g)].map(([, name]) => name!);
      expect(new Set(asked).size).toBe(12);
      for (const name of asked) expect(made).toMatch(new RegExp(`^${name}=[A-Za-z0-9_-]{32}$`, 'm'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  it.skipIf(!promtool)(`Prometheus takes its configuration${promtool ? '' : ' (skipped: no promtool here)'}`, () => {
    const args = ['check', 'config', '--syntax-only', at('deploy/parts/prometheus.yml')];
    const { status, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});
