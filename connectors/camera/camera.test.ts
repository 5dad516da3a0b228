import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cameraSpec, decodeFrame, QUEUE, readJpegHeader } from '@framewire/contract';
import { createBroker, createRegistry, waitFor } from '@framewire/runtime';
import { createTestVhost, silentLog } from '@framewire/runtime/testing';
import { expect, it } from 'vitest';
import { createCameras } from './cameras.ts';
import { readTruth } from './demo/truth.ts';
import { createMetrics } from './metrics.ts';
import { createPublishing } from './publishing.ts';
import { createReporter } from './reporter.ts';
import { createStore } from './store.ts';
import { createOpener } from './video/open.ts';

it('numbers the frames of a camera and publishes them in order', async () => {
  const vhost = await createTestVhost();
  const folder = mkdtempSync(join(tmpdir(), 'camera-'));
  const broker = createBroker({ url: vhost.amqp, name: 'camera', log: silentLog });
  const publishing = createPublishing(broker);
  const reporter = createReporter({ publishing, log: silentLog });
  const cameras = createCameras({
    source: createOpener('ffmpeg'),
    store: createStore(folder),
    publishing,
    reporter,
    metrics: createMetrics(createRegistry()),
    log: silentLog,
  });
  await cameras.put('door', cameraSpec.parse({ url: 'demo:' }));
  const seqs: number[] = [];
  broker.consume({
    queue: QUEUE.frames,
    prefetch: 5,
    onDelivery: (d) => {
      const frame = decodeFrame({
        content: d.content,
        messageId: d.properties.messageId,
        headers: d.properties.headers!,
      });
      expect(readJpegHeader(frame.jpeg).width).toBe(640);
      expect(readTruth(frame.jpeg)!.length).toBeGreaterThan(1);
      seqs.push(frame.seq!);
      return 'ack';
    },
  });
  await waitFor('frames', () => seqs.length >= 10);
  expect(seqs.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(cameras.get('door')!.record.state).toBe('online');
  await cameras.close();
  await reporter.close();
  await broker.close();
  await vhost.drop();
  rmSync(folder, { recursive: true });
});
