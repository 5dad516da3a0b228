/**
 * W3C trace context of a frame. All ids follow from its frame id, so that whoever knows a frame knows its trace, and parts that never
 * talk to each other about it name the same spans.
 */

/** Of a `traceparent`: hexadecimal in lower case, 32, 16 and 2 digits. */
export interface TraceContext {
  trace_id: string;
  span_id: string;
  flags: string;
}

/** The spans of a frame's way; several parts may name one. A try at a function is `invoke.<deliveries before>.<tries before>`. */
export type FrameSpan = 'frame' | 'publish' | 'queue' | 'hold' | 'result' | 'push' | `invoke.${number}.${number}`;

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Undefined where the text is none. A later version than 00 may say more behind it. (W3C Trace Context, section 3.2.) */
export function readTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, trace_id, span_id, flags, more] = TRACEPARENT.exec(text ?? '') ?? [];
  if (!trace_id || !span_id || !flags || (version === '00' && more !== undefined)) return undefined;
  return { trace_id, span_id, flags };
}

export const writeTraceparent = ({ trace_id, span_id, flags }: TraceContext): string =>
  `00-${trace_id}-${span_id}-${flags}`;

/** The trace that a frame begins: its id without dashes, and the frame itself as the first span. Its 7 last bytes are random, or as good as that. */
export const beginTrace = (frame_id: string): TraceContext => ({
  trace_id: frame_id.replaceAll('-', ''),
  span_id: spanIdOf(frame_id, 'frame'),
  flags: '01',
});

/** Always the same for the same frame and span, and another one for each other span and frame. */
export function spanIdOf(frame_id: string, span: FrameSpan | `${FrameSpan}/${string}`): string {
  const digits = frame_id.replaceAll('-', '').slice(16);
  const high = Number.parseInt(digits.slice(0, 8), 16) ^ fnv(span, 0x811c9dc5);
  const low = Number.parseInt(digits.slice(8), 16) ^ fnv(span, 0x9747b28c);
  return toHex(high) + toHex(low);
}

/** FNV-1a, 32 bits. */
function fnv(text: string, basis: number): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

const toHex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
