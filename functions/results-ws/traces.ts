import { type ResultRecord, spanIdOf } from '@framewire/contract';
import { frameTrace, isExported, type SpanExporter } from '@framewire/runtime/telemetry';
import { ageOf } from './latency/stages.ts';

/** Adds to the trace of a frame that its outcome went to the viewers here: a span beside those of the connector. */
export function createTraces(exporter: SpanExporter, node_id: string) {
  return function sent(record: ResultRecord, viewers: number, withFrame: boolean): void {
    const end = Date.now();
    const { frame_id, outcome, timestamp } = record;
    const trace = frameTrace(record);
    if (!isExported(exporter, trace, { outcome, age: ageOf(record) })) return;
    exporter.offer(() => [
      {
        trace_id: trace.trace_id,
        // each replica sends to its own viewers
        span_id: spanIdOf(frame_id, `send/${node_id}`),
        parent_id: spanIdOf(frame_id, 'result'),
        name: 'send',
        kind: 'consumer',
        start: timestamp * 1000,
        end,
        attributes: {
          'messaging.system': 'rabbitmq',
          'messaging.destination.name': 'result_queue',
          'framewire.frame_id': frame_id,
          'framewire.viewers': viewers,
          'framewire.with_frame': withFrame,
        },
      },
    ]);
  };
}
