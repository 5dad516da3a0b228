import { encodeBinaryMessage, type LegacyResult, type ResultRecord, type ServerMessage } from '@framewire/contract';
import { toWebSocketFrame } from './websocket/ws-frame.ts';

/** One outcome on its way to viewers: encoded at most once in each form, however many viewers there are. */
export interface ResultMessage {
  readonly cursor: number;
  readonly record: ResultRecord;
  readonly hasJpeg: boolean;
  /** Of the binary subprotocol, framed. */
  frame(withFrame: boolean): Buffer;
  /** A server-sent event. */
  event(withFrame: boolean): Uint8Array;
  /** The legacy JSON as text in UTF-8; undefined for what that cannot express: a frame that was not detected, or has no JPEG. */
  legacy(): Uint8Array | undefined;
}

/** @param replay sent after the fact, without its JPEG. */
export function createResultMessage(options: {
  cursor: number;
  record: ResultRecord;
  jpeg?: Uint8Array;
  replay?: boolean;
}): ResultMessage {
  const { cursor, record, jpeg, replay } = options;
  const header: ServerMessage = { type: 'result', cursor, record, sent_at: Date.now(), ...(replay && { replay }) };
  const frame = once(() => jpeg && Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length).toString('base64'));
  const framed = {
    with: once(() => toWebSocketFrame(encodeBinaryMessage(header, jpeg))),
    without: once(() => toWebSocketFrame(encodeBinaryMessage(header))),
  };
  const event = {
    with: once(() => bytes(encodeEvent(JSON.stringify({ ...header, frame: frame() }), cursor))),
    without: once(() => bytes(encodeEvent(JSON.stringify(header), cursor))),
  };
  const legacy = once(() => bytes(JSON.stringify(legacyResult(record, frame()!))));
  return {
    cursor,
    record,
    hasJpeg: jpeg !== undefined,
    frame: (withFrame) => (withFrame && jpeg ? framed.with() : framed.without()),
    event: (withFrame) => (withFrame && jpeg ? event.with() : event.without()),
    legacy: () => (jpeg && record.outcome === 'detected' ? legacy() : undefined),
  };
}

/** What waits to be sent is one piece of memory, however many viewers it waits for. */
const bytes = (text: string): Uint8Array => Buffer.from(text);

/** @param id what a browser names as `Last-Event-ID` when it comes back. */
export const encodeEvent = (data: string, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;

function legacyResult(record: ResultRecord, frame: string): LegacyResult {
  const { timestamp, original_timestamp, frame_id, camera_id, node_id = '' } = record;
  const detections = record.detections.map(({ x, y, w, h }) => ({ x, y, w, h }));
  return { timestamp, node_id, detections, original_timestamp, frame, frame_id, camera_id };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
