import { type CameraRecord, cameraRecord } from './camera.ts';
import { type ResultRecord, resultRecord } from './result.ts';
import { type VerdictRecord, verdictRecord } from './verdict.ts';

/** The AMQP `type` property of a message in `result_queue`. A message of another type belongs to somebody else's function. */
export const RECORD_TYPE = {
  result: 'framewire.result',
  camera: 'framewire.camera',
  verdict: 'framewire.verdict',
} as const;

export type StreamRecord =
  | { type: 'result'; record: ResultRecord }
  | { type: 'camera'; record: CameraRecord }
  | { type: 'verdict'; record: VerdictRecord }
  | { type: 'other' };

/** @throws SyntaxError or ZodError when a message of our own types is malformed. */
export function decodeRecord(type: unknown, content: Uint8Array): StreamRecord {
  if (type === RECORD_TYPE.result) return { type: 'result', record: resultRecord.parse(parseJson(content)) };
  if (type === RECORD_TYPE.camera) return { type: 'camera', record: cameraRecord.parse(parseJson(content)) };
  if (type === RECORD_TYPE.verdict) return { type: 'verdict', record: verdictRecord.parse(parseJson(content)) };
  return { type: 'other' };
}

const parseJson = (content: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(content));
