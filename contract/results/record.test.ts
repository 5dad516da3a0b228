import { describe, expect, it } from 'vitest';
import { decodeRecord, MAX_RECORD_BYTES, MAX_SHED_FRAMES, RECORD_TYPE, type ResultRecord, uuidv7 } from '../index.ts';

const record = {
  frame_id: uuidv7(),
  camera_id: 'door',
  source: 's1',
  seq: 7,
  outcome: 'shed',
  reason: 'the queue is full',
  timestamp: 1_700_000_000,
  original_timestamp: 1_700_000_000,
};
const decode = (more: object) =>
  decodeRecord(RECORD_TYPE.result, new TextEncoder().encode(JSON.stringify({ ...record, ...more })));

describe('a record is believed', () => {
  it('as far as one message may claim', () => {
    expect(decode({ shed: [[1, MAX_SHED_FRAMES]] }).type).toBe('result');
    expect(() => decode({ shed: [[1, 9_007_199_254_740_991]] })).toThrow(/at most 1000000 frames/);
    expect(() => decode({ shed: [[9, 3]] })).toThrow(/first no later than last/);
  });

  it('but not at any length: its reason is cut, and one that is too large is malformed', () => {
    const { record: cut } = decode({ reason: 'x'.repeat(100_000) }) as { record: ResultRecord };
    expect(cut.reason).toHaveLength(1_000);
    expect(() => decode({ reason: 'x'.repeat(MAX_RECORD_BYTES) })).toThrow(/bytes: at most/);
  });
});

it('a record of an older version, or with an odd topic, is of the topic faces', () => {
  const topicOf = (more: object) => (decode(more) as { record: ResultRecord }).record.topic;
  expect(topicOf({})).toBe('faces');
  expect(topicOf({ topic: 'a topic with spaces' })).toBe('faces');
  expect(topicOf({ topic: 'objects' })).toBe('objects');
});

it("a function's answer whose shed numbers are no JSON is not a frame's outcome", () => {
  const headers = { camera_id: 'door', source: 's1', seq: 7, shed: '[[5,6]]', timestamp: 1_700_000_000 };
  const frameOf = (shed: string) => decodeRecord('of a function', new Uint8Array(), { ...headers, shed });
  expect(frameOf('[[5,6]]')).toMatchObject({ frame: { seq: 7, shed: [[5, 6]] } });
  const still = decodeRecord('of a function', new Uint8Array(), { ...headers, shed: '[[6,6]]', still: '[[4,5]]' });
  expect(still).toMatchObject({ frame: { shed: [[6, 6]], still: [[4, 5]] } });
  for (const shed of ['[[5,6', '[[6,5]]', '']) expect(frameOf(shed)).toEqual({ type: 'other', frame: undefined });
});
