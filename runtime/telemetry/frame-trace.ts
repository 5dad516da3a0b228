import { beginTrace, readTraceparent, spanIdOf } from '@framewire/contract';
import type { SpanExporter } from './otlp.ts';

/** Which trace a frame is in. */
export interface FrameTrace {
  trace_id: string;
  /** The span of the frame as a whole. */
  root: string;
  /** The span of its source's caller, and whether that is told; undefined where the frame began the trace. */
  parent_id?: string;
  sampled?: boolean;
  flags: string;
}

/** Of a frame that bears no trace context, as the first generation's, it is the trace that it would have begun. */
export function frameTrace({ frame_id, traceparent }: { frame_id: string; traceparent?: string }): FrameTrace {
  const root = spanIdOf(frame_id, 'frame');
  const { trace_id, span_id, flags } = readTraceparent(traceparent) ?? beginTrace(frame_id);
  if (span_id === root) return { trace_id, root, flags };
  return { trace_id, root, flags, parent_id: span_id, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/**
 * Whether its way is told, decided once it has an outcome: each that was slow or was not detected, others as the sampler has it. Every
 * part that asks of a frame comes to the same.
 * @param age at its outcome, milliseconds.
 */
export const isTold = (
  { sampler, slowMs }: Pick<SpanExporter, 'sampler' | 'slowMs'>,
  { trace_id, sampled }: FrameTrace,
  { outcome, age }: { outcome: string; age: number },
): boolean => outcome !== 'detected' || age > slowMs || sampler(trace_id, sampled);
