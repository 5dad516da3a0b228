import { resultRecord } from '@framewire/contract';
import { expect, it } from 'vitest';
import { boxesOf } from './boxes-of.ts';

const image = { width: 640, height: 360 };
const record = resultRecord.parse({
  frame_id: '01993f0c-3a5e-7c1d-9a2b-0123456789ab',
  camera_id: 'door',
  topic: 'faces',
  outcome: 'detected',
  detections: [
    { x: 0, y: 0, w: 10, h: 10, score: 0.91 },
    { x: 9, y: 9, w: 10, h: 10, score: 0.31 },
  ],
  timestamp: 1,
  original_timestamp: 1,
  stages: {},
});

it('keeps all boxes as they are where nothing is ignored', () => {
  expect(boxesOf(record, image, false)).toEqual({ counted: record.detections, ignored: [] });
});

it('puts those apart that are ignored, and says why', () => {
  const { counted, ignored } = boxesOf(record, image, true, ({ score = 1 }) => (score < 0.5 ? 'score' : undefined));
  expect(counted.map(({ label, score }) => [label, score])).toEqual([['face', 0.91]]);
  expect(ignored.map(({ label, score }) => [label, score])).toEqual([['face 0.31 score too low', undefined]]);
});
