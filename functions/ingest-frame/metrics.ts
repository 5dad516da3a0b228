import { SECONDS_BUCKETS } from '@framewire/contract';
import type { Uploads } from '@framewire/runtime/http';
import { Counter, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';

export interface IngestMetrics {
  /** @param outcome `accepted`, `repeated`, or the code of the error body. */
  answered(outcome: string, seconds: number): void;
  /** A frame of so many bytes was confirmed. */
  published(bytes: number): void;
}

export function createMetrics(registry: Registry, uploads: Pick<Uploads, 'bytes'>): IngestMetrics {
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

  new Gauge({
    name: 'ingest_in_flight_bytes',
    help: 'Bytes that requests under way hold, or have declared.',
    registers,
    collect() {
      this.set(uploads.bytes);
    },
  });

  // a rate needs a first value: without it the first of a kind after a start is not seen
  for (const outcome of ['accepted', 'queue_full', 'busy', 'broker_unreachable', 'unconfirmed'])
    frames.inc({ outcome }, 0);

  return {
    answered(outcome, took) {
      frames.inc({ outcome });
      seconds.observe({ outcome }, took);
    },
    published: (count) => bytes.inc(count),
  };
}
