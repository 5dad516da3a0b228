/** Each part as a service, as deploy/parts/compose.yaml runs them, scaled up and down under load. */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { at } from '../../deploy/manifests.ts';
import { freePorts } from '../../local/supervisor/free-ports.ts';
import { baseImages, buildWholeSystem } from './build.ts';
import { docker, whyNoImages } from './docker.ts';

const { REGISTRY, TAG = 'latest' } = process.env;
const built = REGISTRY && `${REGISTRY}/system:${TAG}`;
const FILE = at('deploy/parts/compose.yaml');
const others = Object.values(
  parse(readFileSync(FILE, 'utf8'), { merge: true }).services as Record<string, { image: string }>,
)
  .map(({ image }) => image)
  .filter((image) => !image.startsWith('${'));
/** Compose as a plugin of docker, or as a program of its own. */
const compose = [['docker', 'compose'], ['docker-compose']].find(
  ([program, ...args]) => spawnSync(program!, [...args, 'version']).status === 0,
);
const why = compose ? await whyNoImages([built || baseImages()[1]!, ...others]) : 'docker compose is not here';

/** Node 20 waits for ever where Docker takes a connection for a container that does not listen yet, and closes it. */
const signal = () => AbortSignal.timeout(10_000);
const BOOT = { timeout: 240_000, every: 1_000 };

describe.skipIf(why)(`parts as services${why ? ` (skipped: ${why})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'framewire-parts-'));
  let env: NodeJS.ProcessEnv;
  let dashboard: string;
  let key: string;

  async function run(...args: string[]): Promise<string> {
    const [program, ...first] = compose!;
    const all = [
      ...first,
      '--project-name',
      basename(folder).toLowerCase(),
      '--env-file',
      join(folder, '.env'),
      '--file',
      FILE,
    ];
    const { stdout } = await promisify(execFile)(program!, [...all, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  }
  const scale = (count: number) => run('up', '--detach', '--no-build', '--scale', `detect-faces=${count}`);

  interface Frame {
    node_id?: string;
    outcome: string;
    detections?: unknown[];
  }
  async function ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${dashboard}${path}`, {
      headers: { authorization: `Bearer ${key}` },
      signal: signal(),
    });
    return (await answer.json()) as T;
  }
  const framesSince = async (from: number) =>
    (await ask<{ frames: Frame[] }>(`/api/frames?camera=demo&from=${from}&limit=500`)).frames;

  beforeAll(async () => {
    const image = built || (await buildWholeSystem());
    cpSync(at('deploy/parts/secrets.sh'), join(folder, 'secrets.sh'));
    expect(spawnSync('sh', [join(folder, 'secrets.sh')]).status).toBe(0);
    key = readFileSync(join(folder, '.env'), 'utf8').match(/^RESULTS_KEY=(.*)$/m)![1]!;
    const [one, two, three] = await freePorts(3);
    env = {
      ...process.env,
      FRAMEWIRE_IMAGE: image,
      DASHBOARD_PORT: `${one}`,
      GATEWAY_PORT: `${two}`,
      CAMERAS_PORT: `${three}`,
    };
    dashboard = `http://127.0.0.1:${one}`;
    await scale(1);
    const ready = async () => (await fetch(`${dashboard}/readyz`, { signal: signal() })).ok;
    await waitFor('the dashboard', ready, BOOT);
  }, 3_600_000);
  afterAll(async () => {
    if (env) await run('down', '--volumes', '--timeout', '20');
    rmSync(folder, { recursive: true });
  }, 120_000);

  it('finds faces with one replica, spreads frames over more, and loses none when they end', async () => {
    await waitFor('faces', async () => (await framesSince(0)).some(({ detections }) => detections?.length), BOOT);
    await scale(4);
    const scaledAt = Date.now() / 1000;
    const nodes = async () => new Set((await framesSince(scaledAt)).map(({ node_id }) => node_id).filter(Boolean));
    await waitFor('frames from four replicas', async () => (await nodes()).size === 4, BOOT);
    await scale(1);
    const endedAt = Date.now() / 1000;
    await waitFor('frames from the one that is left', async () => (await framesSince(endedAt)).length > 20, BOOT);
    expect((await framesSince(scaledAt)).filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const { totals } = await ask<{ totals: object }>('/api/ledger');
    expect(totals).toMatchObject({ failed: 0, unaccounted: 0 });
  }, 900_000);

  it('each ends in order', async () => {
    const ids = (await run('ps', '-q')).split('\n');
    await run('stop', '--timeout', '60');
    for (const id of ids)
      expect(await docker('inspect', '--format', '{{.Name}} {{.State.ExitCode}}', id)).toMatch(/ 0$/);
  }, 300_000);
});
