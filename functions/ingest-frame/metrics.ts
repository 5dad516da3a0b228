import { SECONDS_BUCKETS } from '@framewire/contract';
import { Counter, Histogram, type Registry } from '@framewire/runtime';

export interface IngestMetrics {
  /** @param outcome `accepted`, `repeated`, or the code of the error body. */
  answered(outcome: string, seconds: number): void;
  /** A frame of so many bytes was confirmed. */
  published(bytes: number): void;
}

export function createMetrics(registry: Registry): IngestMetrics {
  const registers = [registry];
  const frames = new Counter({
    name: 'ingest_frames_total',
    help: 'Requests to take a frame, by what they were answered.',
    labelNames: ['outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'ingest_request_seconds',
    help: 'Time from the head of a request to its answer, upload and publisher confirm included, seconds.',
    labelNames: ['outcome'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const bytes = new Counter({
    name: 'ingest_bytes_total',
    help: 'Bytes of the pictures that were confirmed.',
    registers,
  });

  // a rate needs a first value: without it the first of a kind after a start is not seen
  for (const outcome of ['accepted', 'queue_full', 'broker_away', 'unconfirmed']) frames.inc({ outcome }, 0);

  return {
    answered(outcome, took) {
      frames.inc({ outcome });
      seconds.observe({ outcome }, took);
    },
    published: (count) => bytes.inc(count),
  };
}
