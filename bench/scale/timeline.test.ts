import { DEFAULT_TOPIC, type ResultRecord, uuidv7 } from '@framewire/contract';
import { expect, it } from 'vitest';
import { createTimeline } from './timeline.ts';

const record = (over: Partial<ResultRecord> = {}): ResultRecord => ({
  frame_id: uuidv7(),
  camera_id: 'door',
  topic: DEFAULT_TOPIC,
  outcome: 'detected',
  node_id: 'a',
  detections: [],
  timestamp: 1,
  original_timestamp: 0,
  stages: {},
  ...over,
});

it('puts each event into its second', () => {
  let now = 0;
  const timeline = createTimeline(() => now);
  timeline.offered('taken');
  timeline.offered('shed');
  now = 1_500;
  timeline.offered('taken');
  timeline.recorded(record({ original_timestamp: 1.4 }));
  timeline.recorded(record({ outcome: 'expired', node_id: undefined }));
  expect(timeline.seconds()).toMatchObject([
    { offered: 2, shed: 1, detected: 0, latencyP50: Number.NaN },
    { offered: 1, shed: 0, detected: 1, expired: 1, latencyP50: 100, latencyP99: 100 },
  ]);
});

it('knows which replicas are at work, and since when', () => {
  let now = 0;
  const timeline = createTimeline(() => now);
  timeline.recorded(record({ node_id: 'a' }));
  now = 2_100;
  timeline.recorded(record({ node_id: 'b' }));
  now = 3_200;
  timeline.recorded(record({ node_id: 'a' }));
  now = 9_000;
  expect(timeline.seconds().map(({ atWork }) => atWork)).toEqual([1, 1, 2, 2, 2, 1, 0, 0, 0, 0]);
  expect(timeline.untilAtWork(1, 1_000)).toBe(1_100);
  expect(timeline.untilAtWork(2, 1_000)).toBe(2_200);
  expect(timeline.untilAtWork(3, 1_000)).toBeUndefined();
});
