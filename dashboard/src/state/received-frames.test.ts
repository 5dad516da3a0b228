import { expect, it } from 'vitest';
import { record } from '../testing/facts.ts';
import { ReceivedFrames } from './received-frames.ts';

const jpeg = (bytes: number) => new Uint8Array(bytes);
const frame = (n: number) => record({ frame_id: `frame-${n}` });

it('keeps when a frame was sent and first drawn', () => {
  const receivedFrames = new ReceivedFrames();
  receivedFrames.add(frame(1), jpeg(10), 1000);
  receivedFrames.drawn('frame-1', 1020);
  receivedFrames.drawn('frame-1', 9000);
  receivedFrames.drawn('frame-2', 9000);
  expect(receivedFrames.get('frame-1')).toMatchObject({ sent: 1000, drawn: 1020 });
  expect(receivedFrames.get('frame-2')).toBeUndefined();
});

it('drops the oldest pictures first when there is no more room, and keeps the records', () => {
  const receivedFrames = new ReceivedFrames();
  for (let n = 1; n <= 5; n++) receivedFrames.add(frame(n), jpeg(4 * 1024 * 1024), n);
  expect([1, 2, 3, 4, 5].map((n) => receivedFrames.get(`frame-${n}`)?.jpeg !== undefined)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(receivedFrames.get('frame-1')?.sent).toBe(1);
});

it('drops the oldest frame when there are too many', () => {
  const receivedFrames = new ReceivedFrames();
  for (let n = 0; n <= 3000; n++) receivedFrames.add(frame(n), jpeg(1), n);
  expect(receivedFrames.get('frame-0')).toBeUndefined();
  expect(receivedFrames.get('frame-1')).toBeDefined();
});
