/** Every GET that the descriptions name, against the running system: the answers hold what is described, and nothing else. */
import { PARTS, type Part } from '@framewire/contract/reference';
import { waitFor } from '@framewire/runtime/process';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';

const system = inject('system');
const CAMERA = 'described';
const ORIGINS: Partial<Record<Part['name'], string>> = {
  'results-ws': system.dashboard,
  'camera connector': new URL(system.cameras).origin,
};

beforeAll(async () => {
  await putCamera(system, CAMERA, { url: 'demo:', fps: 4 });
  await waitFor('a detected frame', async () => (await newest())?.outcome === 'detected', { timeout: 60_000 });
});
afterAll(() => removeCameras(system, CAMERA));

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { uuid: true, date: true } });

describe.each(PARTS.filter(({ name }) => ORIGINS[name]))('$name', (part) => {
  const origin = ORIGINS[part.name]!;

  it('describes itself as it is', async () => {
    const answered = await fetch(`${system.dashboard}/api/openapi.json?part=${encodeURIComponent(part.name)}`);
    expect(answered.status).toBe(200);
    const { paths, components } = await answered.json();
    expect(Object.keys(paths).length).toBeGreaterThan(3);
    for (const [path, operations] of Object.entries<Record<string, Described>>(paths)) {
      const json = operations.get?.responses[200]?.content?.['application/json'];
      if (!json?.schema) continue;
      const filled = path.replace('{frame_id}', (await newest())!.frame_id).replace('{camera_id}', CAMERA);
      if (filled.includes('{')) continue;
      const answer = await fetch(origin + filled);
      expect([path, answer.status]).toEqual([path, expect.toBeOneOf([200, 404])]);
      // what the system was not started with, and a camera that only posts, are not there
      if (answer.status === 404)
        expect((await answer.json()).code).toBeOneOf(['not_found', 'no_sightings', 'no_such_camera']);
      else {
        const validate = ajv.compile({ ...json.schema, components });
        const value = await answer.json();
        expect(validate(value), `${path}: ${JSON.stringify(validate.errors?.slice(0, 3), null, 1)}`).toBe(true);
      }
    }
  });

  it('refuses what it does not know with a code that is described', async () => {
    for (const operation of part.operations) {
      if (operation.method !== 'get' || operation.path.includes('{') || !operation.refusals) continue;
      const answer = await fetch(`${origin}${operation.path}?no-such-parameter=1`);
      const codes = [...operation.refusals, ...part.refusals]
        .filter(({ status }) => status === answer.status)
        .flatMap((refusal) => refusal.codes);
      expect(codes, `${operation.path}: ${answer.status}`).toContain((await answer.json()).code);
    }
  });
});

interface Described {
  responses: Record<number, { content?: Record<string, { schema?: object }> }>;
}

async function newest(): Promise<{ frame_id: string; outcome: string } | undefined> {
  const answer = await fetch(`${system.dashboard}/api/frames?camera=${CAMERA}&limit=1`);
  return (await answer.json()).frames?.[0];
}
