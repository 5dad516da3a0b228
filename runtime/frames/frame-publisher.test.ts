import { decodeFrame, QUEUE, type ResultRecord, uuidv7 } from '@framewire/contract';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readResults } from '../../testkit/results/result-stream.ts';
import { type Broker, createBroker, type PublishError } from '../amqp/session.ts';
import { waitFor } from '../process/wait.ts';
import { createFramePublisher, type FramePublisher } from './frame-publisher.ts';
import { createSource } from './source.ts';

let vhost: TestVhost;
let broker: Broker;
let frames: FramePublisher;
let records: ResultRecord[];
beforeEach(async () => {
  vhost = await createTestVhost([{ topic: 'faces', queue: QUEUE.frames, maxLength: 2, maxBytes: 1e6 }]);
  broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  frames = createFramePublisher({ broker, log: silentLog });
  records = [];
  readResults(broker, (record) => records.push(record), 'first');
});
afterEach(async () => {
  await frames.close();
  await broker.close();
  await vhost.drop();
});

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const number = (camera_id = 'door') => frames.number({ frame_id: uuidv7(), camera_id, captured_at: Date.now(), jpeg });
const send = (frame = number()) => frames.send(frame, { timeoutMs: 5_000 });
const kindOf = (sent: Promise<void>) => sent.catch((error: PublishError) => error.kind);

async function fill(): Promise<void> {
  await waitFor('a full queue', async () => {
    const frame = number();
    const kind = await kindOf(send(frame));
    if (kind === 'refused') frames.shed(frame, 'the queue is full');
    return kind === 'refused';
  });
}

function drain() {
  const drained: ReturnType<typeof decodeFrame>[] = [];
  broker.consume({
    queue: QUEUE.frames,
    prefetch: 10,
    onDelivery({ content, properties }) {
      drained.push(decodeFrame({ content, messageId: properties.messageId, headers: properties.headers ?? {} }));
      return 'ack';
    },
  });
  return drained;
}

describe('frames of one producer', () => {
  it('bear its source and their numbers', async () => {
    const first = number();
    await send(first);
    await send();
    const drained = drain();
    await waitFor('both', () => drained.length === 2);
    expect(drained.map(({ source, seq }) => [source, seq])).toEqual([
      [frames.source, 1],
      [frames.source, 2],
    ]);
    expect(drained[0]).toMatchObject({ frame_id: first.frame_id, camera_id: 'door', jpeg: Buffer.from(jpeg) });
  });

  it('report with the next that gets through which numbers were shed', async () => {
    const source = createSource();
    const nobody = createFramePublisher({ broker, log: silentLog, source, topic: 'nobody', reportAfterMs: 60_000 });
    frames = createFramePublisher({ broker, log: silentLog, source, reportAfterMs: 60_000 });
    const refused = number();
    frames.shed(refused, 'the queue is full');
    expect(await kindOf(nobody.send(number(), { timeoutMs: 5_000 }))).toBe('unroutable'); // the next frame reports what it carried
    await send();
    const drained = drain();
    await waitFor('the one', () => drained.length === 1);
    expect(drained[0]).toMatchObject({ seq: 3, shed: [[1, 1]] });
  });

  it('that were shed are reported by a record when nothing gets through for a second', async () => {
    await fill();
    const { seq } = number('hall');
    frames.shed({ ...number('hall'), seq }, 'the queue is full', 'shed_broker');
    await waitFor('the record', () => records.length === 1);
    expect(records[0]).toMatchObject({
      camera_id: 'hall',
      source: frames.source,
      seq,
      shed: [[seq - 1, seq - 1]],
      outcome: 'shed',
      reason: 'the queue is full',
      reason_code: 'shed_broker',
    });
  });

  it('that were shed are reported under their topic', async () => {
    frames = createFramePublisher({ broker, log: silentLog, topic: 'objects' });
    frames.shed(number(), 'no broker');
    await frames.close();
    await waitFor('the record', () => records.length === 1);
    expect(records[0]).toMatchObject({ topic: 'objects', source: frames.source, seq: 1 });
  });

  it('that were shed last are reported at the close', async () => {
    frames.shed(number(), 'no broker');
    await frames.close();
    await waitFor('the record', () => records.length === 1);
    expect(records[0]).toMatchObject({ seq: 1, shed: [] });
  });

  it('that are still are reported with the next one that is sent', async () => {
    frames.still(number(), 'nothing moved', 'no_motion');
    frames.shed(number(), 'the queue is full');
    frames.still(number(), 'nothing moved', 'no_motion');
    await send();
    const drained = drain();
    await waitFor('the one', () => drained.length === 1);
    expect(drained[0]).toMatchObject({
      seq: 4,
      shed: [[2, 2]],
      still: [
        [1, 1],
        [3, 3],
      ],
    });
  });

  it('that are still are reported by a record when nothing gets through for a second, with those that were shed', async () => {
    frames.still(number(), 'nothing moved', 'no_motion');
    frames.shed(number(), 'the queue is full');
    frames.still(number(), 'nothing moved', 'no_motion');
    await waitFor('the record', () => records.length === 1);
    expect(records[0]).toMatchObject({
      seq: 3,
      outcome: 'still',
      reason: 'nothing moved',
      reason_code: 'no_motion',
      shed: [[2, 2]],
      still: [[1, 1]],
    });
    expect(records[0]!.stages.published_at).toBeUndefined();
  });

  it('that are still and shown are reported at once under their own id', async () => {
    frames = createFramePublisher({ broker, log: silentLog, reportAfterMs: 60_000 });
    frames.still(number(), 'nothing moved', 'no_motion');
    const shown = number();
    frames.still(shown, 'nothing moved', 'no_motion', 1_700_000_000_000);
    await waitFor('the record', () => records.length === 1);
    expect(records[0]).toMatchObject({ frame_id: shown.frame_id, seq: 2, still: [[1, 1]] });
    expect(records[0]!.stages.published_at).toBe(1_700_000_000_000);
  });

  it('may be sent again under the same id and number', async () => {
    frames = createFramePublisher({ broker, log: silentLog, reportAfterMs: 60_000 });
    await fill();
    const frame = number();
    expect(await kindOf(send(frame))).toBe('refused');
    const drained = drain();
    await waitFor('room', async () => (await kindOf(send(frame))) === undefined);
    await waitFor('the frame', () => drained.some(({ frame_id }) => frame_id === frame.frame_id));
    expect(drained.at(-1)).toMatchObject({ seq: frame.seq, shed: [[frame.seq - 1, frame.seq - 1]] });
  });
});
