/** The image of the whole system, run as compose.yaml runs it. */
import { readFileSync } from 'node:fs';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { at } from '../../deploy/manifests.ts';
import { baseImages, buildWholeSystem } from './build.ts';
import { docker, whyNoImages } from './docker.ts';

const { REGISTRY, TAG = 'latest' } = process.env;
const [, node] = baseImages();
/** An image that is there already, where REGISTRY names it. */
const built = REGISTRY && `${REGISTRY}/system:${TAG}`;
const why = await whyNoImages(built ? [built] : [node!]);

const compose = parse(readFileSync(at('compose.yaml'), 'utf8'));
const service = compose.services.framewire;
/** As long as RabbitMQ may take to boot on a busy machine. */
const BOOT = { timeout: 240_000, every: 1_000 };

describe.skipIf(why)(`the image of the whole system${why ? ` (skipped: ${why})` : ''}`, () => {
  let image: string;
  let container: string;
  let volume: string;
  const port = async (inside: number) => (await docker('port', container, `${inside}`)).split(':').at(-1);
  const url = async (inside: number, path: string) => `http://127.0.0.1:${await port(inside)}${path}`;
  const inspect = (format: string) => docker('inspect', '--format', `{{${format}}}`, container);
  const health = (wanted: string) =>
    waitFor(`health ${wanted}`, async () => (await inspect('.State.Health.Status')) === wanted, BOOT).catch(
      async (error: Error) => {
        throw new Error(`${error.message}: ${await inspect('json .State.Health')}\n${await docker('logs', container)}`);
      },
    );
  const inside = (code: string) => docker('exec', container, 'node', '--input-type=module', '--eval', code);

  beforeAll(async () => {
    image = built || (await buildWholeSystem());
    volume = await docker('volume', 'create');
    container = await docker(
      ...['run', '--detach', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
      ...['--security-opt', 'no-new-privileges', '--volume', `${volume}:/data`],
      ...[8080, 8090, 8092].flatMap((inner) => ['--publish', `127.0.0.1::${inner}`]),
      ...[image, '--container', '--no-download'],
    );
    await health('healthy');
  }, 3_600_000);
  afterAll(async () => {
    if (container) await docker('rm', '--force', container);
    if (volume) await docker('volume', 'rm', '--force', volume);
  }, 60_000);

  it('compose.yaml runs it in the same way: nothing writable but data, no privilege, loopback alone', () => {
    expect(service).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      volumes: ['data:/data'],
    });
    const [dashboard, ...others] = service.ports as string[];
    expect(dashboard).toMatch(/^\$\{DASHBOARD_HOST:-127\.0\.0\.1\}:/);
    for (const each of others) expect(each).toMatch(/^127\.0\.0\.1:/);
  });

  it('is not root, holds nothing that only builds it, and cannot write to itself', async () => {
    expect(await docker('exec', container, 'id', '-u')).toBe('1000');
    const packages = (await docker('exec', container, 'ls', '/opt/framewire/node_modules')).split('\n');
    expect(packages).toContain('sharp');
    for (const name of ['vite', 'svelte', 'typescript', 'vitest']) expect(packages).not.toContain(name);
    await expect(docker('exec', container, 'touch', '/opt/framewire/x')).rejects.toThrow('Read-only');
    const sizes = await Promise.all(
      [image, node!].map((one) => docker('image', 'inspect', '--format', '{{.Size}}', one).catch(() => '0')),
    );
    process.stdout.write(
      `${image}: ${sizes.map((size) => Math.round(Number(size) / 1e6)).join(' MB, of that the base ')} MB\n`,
    );
  });

  it('shows the page, and faces of the drawn camera', async () => {
    expect(await (await fetch(await url(8090, '/'))).text()).toContain('<div id="app"');
    expect((await fetch(await url(8080, '/healthz'))).status).toBe(200);
    const faces = async () => {
      const answer = await fetch(await url(8090, '/api/frames?camera=demo&limit=20'));
      const { frames } = (await answer.json()) as { frames: { detections?: unknown[] }[] };
      return frames.some(({ detections }) => detections?.length);
    };
    await waitFor('faces of the camera demo', faces, BOOT);
  }, 300_000);

  it('a part that hangs makes it unhealthy, and healthy again once it goes on', async () => {
    const send = (signal: string) =>
      inside(`import { readFileSync } from 'node:fs';
        const { processes } = JSON.parse(readFileSync('/data/run.json', 'utf8'));
        process.kill(processes.find(({ name }) => name === 'connector').pid, '${signal}');`);
    await send('SIGSTOP');
    await health('unhealthy');
    expect(await inspect('json .State.Health.Log')).toContain('the RabbitMQ connector: ');
    await send('SIGCONT');
    await health('healthy');
  }, 600_000);

  it('ends in order within its grace, and keeps cameras and outcomes', async () => {
    const added = await fetch(await url(8092, '/cameras/kept'), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'demo:kept' }),
    });
    expect(added.ok).toBe(true);
    await docker('stop', '--time', '60', container);
    expect(await inspect('.State.ExitCode')).toBe('0');
    const endedAt = Date.now() / 1000;
    await docker('start', container);
    await health('healthy');
    const { cameras } = (await (await fetch(await url(8092, '/cameras'))).json()) as {
      cameras: { camera_id: string }[];
    };
    expect(cameras.map(({ camera_id }) => camera_id)).toEqual(expect.arrayContaining(['demo', 'kept']));
    const earlier = async () =>
      (await (await fetch(await url(8090, `/api/frames?camera=demo&to=${endedAt}&limit=1`))).json()) as { frames: [] };
    await waitFor('outcomes of the start before', async () => (await earlier()).frames.length > 0, BOOT);
  }, 600_000);
});
