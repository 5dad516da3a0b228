import { SECONDS_BUCKETS } from '@framewire/contract';
import { Counter, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics(registry: Registry) {
  const registers = [registry];
  return {
    sightings: new Counter({
      name: 'cv_sightings_total',
      help: 'What happened to sightings: begin, zone, score, end.',
      labelNames: ['change'],
      registers,
    }),
    repeated: new Counter({
      name: 'cv_sightings_repeated_records_total',
      help: 'Records of tracks that came again and changed nothing.',
      registers,
    }),
    malformed: new Counter({
      name: 'cv_sightings_malformed_total',
      help: 'Messages that could not be read and were passed over.',
      registers,
    }),
    lag: new Gauge({
      name: 'cv_sightings_lag_seconds',
      help: 'Age of the newest record of tracks when it was read.',
      registers,
    }),
    write: new Histogram({
      name: 'cv_sightings_write_seconds',
      help: 'Time that a transaction with a batch of records took.',
      buckets: SECONDS_BUCKETS,
      registers,
    }),
    pictures: new Counter({
      name: 'cv_sightings_pictures_total',
      help: 'Pictures that were kept, or could not be.',
      labelNames: ['kind', 'result'],
      registers,
    }),
    bytes: new Gauge({
      name: 'cv_sightings_bytes',
      help: 'What sightings and their pictures take.',
      registers,
    }),
    deleted: new Counter({
      name: 'cv_sightings_deleted_total',
      help: 'Sightings and pictures of frames that retention deleted.',
      labelNames: ['kind'],
      registers,
    }),
  };
}
