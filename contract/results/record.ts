import { z } from 'zod';
import { type CameraRecord, cameraRecord } from '../cameras/camera.ts';
import { type CameraChange, cameraChange } from '../cameras/camera-change.ts';
import { cameraId } from '../cameras/camera-id.ts';
import { type ConnectorRecord, connectorRecord } from '../control/connector-record.ts';
import { type IncidentRecord, incidentRecord } from '../diagnosis/finding.ts';
import { sequenceNumber, sourceId } from '../frames/sequence.ts';
import { shedRanges } from '../frames/shed-ranges.ts';
import { frameTopic } from '../frames/topic.ts';
import { type ResultRecord, resultRecord } from './result.ts';

/** The AMQP `type` property of a message in `result_queue`. A message of another type belongs to somebody else's function. */
export const RECORD_TYPE = {
  result: 'framewire.result',
  camera: 'framewire.camera',
  change: 'framewire.camera_change',
  connector: 'framewire.connector',
  incident: 'framewire.incident',
} as const;

/** Ranges of sequence numbers in a header. */
const rangesHeader = z
  .string()
  .transform((text, { issues }): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      issues.push({ code: 'custom', message: 'JSON text is wanted', input: text });
      return z.NEVER;
    }
  })
  .pipe(shedRanges)
  .optional()
  .describe('JSON text, as in the headers of a frame.');

/**
 * The headers of another function's answer. The answer is the frame's outcome: its number, and those shed or found still before it, are
 * accounted for.
 */
export const passedFrame = z
  .object({
    camera_id: cameraId,
    topic: frameTopic,
    source: sourceId,
    seq: sequenceNumber,
    shed: rangesHeader,
    still: rangesHeader,
    timestamp: z.number().describe('When the outcome was known, seconds since the epoch.'),
  })
  .meta({
    id: 'FunctionAnswerHeaders',
    description: "The AMQP headers of a function's answer that is published as it is.",
  });
export type PassedFrame = z.infer<typeof passedFrame>;

/** The maximum size of a record of our own types: readers keep thousands of them. */
export const MAX_RECORD_BYTES = 1024 * 1024;

export type StreamRecord =
  | { type: 'result'; record: ResultRecord }
  | { type: 'camera'; record: CameraRecord }
  | { type: 'change'; record: CameraChange }
  | { type: 'connector'; record: ConnectorRecord }
  | { type: 'incident'; record: IncidentRecord }
  | { type: 'other'; frame?: PassedFrame };

/**
 * @param headers of the message; needed for another function's answer.
 * @throws SyntaxError or ZodError when a message of our own types is malformed.
 */
export function decodeRecord(type: unknown, content: Uint8Array, headers: object = {}): StreamRecord {
  if (content.length > MAX_RECORD_BYTES && Object.values<unknown>(RECORD_TYPE).includes(type))
    throw new RangeError(`a record of ${content.length} bytes: at most ${MAX_RECORD_BYTES}`);
  if (type === RECORD_TYPE.result) return { type: 'result', record: resultRecord.parse(parseJson(content)) };
  if (type === RECORD_TYPE.camera) return { type: 'camera', record: cameraRecord.parse(parseJson(content)) };
  if (type === RECORD_TYPE.change) return { type: 'change', record: cameraChange.parse(parseJson(content)) };
  if (type === RECORD_TYPE.connector) return { type: 'connector', record: connectorRecord.parse(parseJson(content)) };
  if (type === RECORD_TYPE.incident) return { type: 'incident', record: incidentRecord.parse(parseJson(content)) };
  return { type: 'other', frame: passedFrame.safeParse(headers).data };
}

const decoder = new TextDecoder();
const parseJson = (content: Uint8Array): unknown => JSON.parse(decoder.decode(content));
