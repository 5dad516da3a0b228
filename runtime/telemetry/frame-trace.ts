import { beginTrace, readTraceparent, spanIdOf } from '@framewire/contract';
import type { SpanExporter } from './otlp.ts';

/** Which trace a frame is in. */
export interface FrameTrace {
  trace_id: string;
  /** The span of the frame as a whole. */
  root: string;
  /** The span of its source's caller, and whether that one is sampled; undefined where the frame began the trace. */
  parent_id?: string;
  sampled?: boolean;
  flags: string;
}

/** The trace of a frame. A frame without a trace context (a legacy one) gets the trace that it would have begun. */
export function frameTrace({ frame_id, traceparent }: { frame_id: string; traceparent?: string }): FrameTrace {
  const root = spanIdOf(frame_id, 'frame');
  const { trace_id, span_id, flags } = readTraceparent(traceparent) ?? beginTrace(frame_id);
  if (span_id === root) return { trace_id, root, flags };
  return { trace_id, root, flags, parent_id: span_id, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/**
 * Decides whether the trace of a frame is exported, once the frame has its outcome. Frames that were slow or were not detected always
 * are; the sampler decides about the others. Every part comes to the same decision about a frame.
 * @param age at its outcome, milliseconds.
 */
export const isExported = (
  { sampler, slowMs }: Pick<SpanExporter, 'sampler' | 'slowMs'>,
  { trace_id, sampled }: FrameTrace,
  { outcome, age }: { outcome: string; age: number },
): boolean => outcome !== 'detected' || age > slowMs || sampler(trace_id, sampled);
