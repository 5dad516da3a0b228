import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, type Frame, joinShedRanges, uuidv7 } from '../index.ts';

const frame: Frame = {
  frame_id: uuidv7(),
  camera_id: 'door',
  source: 's1',
  seq: 7,
  shed: [[5, 6]],
  still: [[2, 4]],
  captured_at: 1_700_000_000_123,
  deadline_ms: 1_700_000_002_123,
  jpeg: new Uint8Array([0xff, 0xd8]),
};

describe('a frame message', () => {
  it('carries everything there and back', () => {
    const message = encodeFrame(frame, 1_700_000_000_500);
    expect(message.expiration).toBe('1623');
    const { published_at, ...back } = decodeFrame(message);
    expect(published_at).toBe(1_700_000_000_500);
    expect(back).toEqual(frame);
  });

  it('waits without a limit where it has no deadline', () => {
    expect(encodeFrame({ ...frame, deadline_ms: undefined }).expiration).toBeUndefined();
  });

  it('never asks for an expiration below 1 ms, which would be none or an error', () => {
    expect(encodeFrame(frame, frame.deadline_ms! + 5000).expiration).toBe('1');
  });

  it('names what is wrong with a header', () => {
    const message = encodeFrame(frame);
    expect(() => decodeFrame({ ...message, headers: { ...message.headers, camera_id: 'a b' } })).toThrow(
      /camera id is 1 to 64/,
    );
    expect(() => decodeFrame({ ...message, messageId: 'x' })).toThrow(/UUID/);
  });
});

describe('a frame id', () => {
  it('is a UUIDv7 whose text sorts by time', () => {
    expect(uuidv7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidv7(1000) < uuidv7(2000)).toBe(true);
    expect(uuidv7(0x0123456789ab).startsWith('01234567-89ab-7')).toBe(true);
  });
});

it('shed ranges that touch are joined', () => {
  expect(joinShedRanges([5, 3, 4, 9, 9].map((n) => [n, n]))).toEqual([
    [3, 5],
    [9, 9],
  ]);
  expect(joinShedRanges([])).toEqual([]);
});
