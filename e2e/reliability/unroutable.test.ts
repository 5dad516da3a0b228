/** With a viewer that watches everything, frames that no detection queue takes are refused: 202 means that the frame is in the queue. */
import { EXCHANGE, QUEUE } from '@framewire/contract';
import { type BrokerAdmin, createBrokerAdmin } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene } from '../../testkit/frames/scene.ts';
import { ingestUrl, postBody } from '../../testkit/system/cameras.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { openRecordingViewer, type RecordingViewer } from '../../testkit/viewers/websocket.ts';

let system: System;
let admin: BrokerAdmin;
let viewer: RecordingViewer;
let jpeg: Uint8Array;
beforeAll(async () => {
  system = await startSystem({ args: ['--no-demo', '--detector', 'haar'] });
  admin = createBrokerAdmin(system.management);
  jpeg = await createScene('door').draw(0);
  viewer = await openRecordingViewer(system.dashboard, { cameras: '*' });
});
afterAll(async () => {
  await viewer?.close();
  await system?.stop();
});

const post = async () => {
  const answer = await postBody(ingestUrl(system, 'door'), jpeg);
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, code };
};

it('the viewer gets pictures', async () => {
  await waitFor(
    'a picture',
    async () => {
      expect(await post()).toMatchObject({ status: 202 });
      return viewer.results.some(({ jpeg }) => jpeg.length > 0);
    },
    { timeout: 60_000, every: 200 },
  );
});

it.each([
  ['the binding', `bindings/%2F/e/${EXCHANGE.frames}/q/${QUEUE.frames}/faces.%2A`],
  ['the queue', `queues/%2F/${QUEUE.frames}`],
])('without %s each post is refused, and none is confirmed', async (_, path) => {
  await admin.call('DELETE', path);
  for (let n = 0; n < 10; n++) expect(await post()).toEqual({ status: 503, code: 'unroutable' });
});
