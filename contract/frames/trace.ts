/**
 * The W3C trace context of a frame. All ids are derived from its frame id: anyone who knows the frame id knows the trace, and the parts
 * agree on span ids without exchanging them.
 */

/** The fields of a `traceparent`: lower-case hexadecimal of 32, 16 and 2 digits. */
export interface TraceContext {
  trace_id: string;
  span_id: string;
  flags: string;
}

/** The spans of the frame pipeline; several parts may refer to one. An invocation is `invoke.<deliveries before>.<tries before>`. */
export type FrameSpan = 'frame' | 'publish' | 'queue' | 'hold' | 'result' | 'send' | `invoke.${number}.${number}`;

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Undefined if the text is not a `traceparent`. Versions later than 00 may append fields. (W3C Trace Context, section 3.2.) */
export function readTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, trace_id, span_id, flags, more] = TRACEPARENT.exec(text ?? '') ?? [];
  if (!trace_id || !span_id || !flags || (version === '00' && more !== undefined)) return undefined;
  return { trace_id, span_id, flags };
}

export const writeTraceparent = ({ trace_id, span_id, flags }: TraceContext): string =>
  `00-${trace_id}-${span_id}-${flags}`;

/** The trace that a frame begins: its trace id is the frame id without dashes, its first span the frame. The last 7 bytes are random, or a hash. */
export const beginTrace = (frame_id: string): TraceContext => ({
  trace_id: frame_id.replaceAll('-', ''),
  span_id: spanIdOf(frame_id, 'frame'),
  flags: '01',
});

/** The same for the same frame and span; different for any other. */
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
