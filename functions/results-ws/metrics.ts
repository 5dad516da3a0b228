import { type LedgerAnswer, METRIC, SECONDS_BUCKETS } from '@framewire/contract';
import { Counter, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';

export type Metrics = ReturnType<typeof createMetrics>;

/** What results-ws counts, as it is at a scrape. */
export function createMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter({ name, help, labelNames, registers });

  let totals: () => LedgerAnswer['totals'] | undefined = () => undefined;
  new Gauge({
    name: METRIC.ledger,
    help: 'Frames that were published and have no outcome: in flight, and unaccounted for beyond the grace.',
    labelNames: ['state'],
    registers,
    collect() {
      const { in_flight = 0, unaccounted = 0 } = totals() ?? {};
      this.set({ state: 'in_flight' }, in_flight);
      this.set({ state: 'unaccounted' }, unaccounted);
    },
  });

  return {
    /** Whom to ask at a scrape. */
    onLedger(ask: () => LedgerAnswer['totals']) {
      totals = ask;
    },
    viewers: new Gauge({
      name: 'cv_viewers',
      help: 'Connected viewers, by protocol.',
      labelNames: ['protocol'],
      registers,
    }),
    messages: counter('cv_viewer_messages_total', 'Results sent to viewers.', 'protocol'),
    skipped: counter('cv_viewer_frames_skipped_total', 'Frames not sent to viewers whose connection was too slow.'),
    missing: counter(
      'cv_viewer_frames_missing_total',
      'Results of watched cameras that were sent without their frame.',
    ),
    results: counter('cv_results_seen_total', 'Outcomes read from the stream.', 'outcome'),
    duplicates: counter('cv_results_duplicate_total', 'Outcomes of frames that had one already.'),
    malformed: counter('cv_messages_malformed_total', 'Messages that could not be read and were passed over.', 'what'),
    ignored: counter('cv_results_ignored_total', 'Records in result_queue that did not come by its exchange: ignored.'),
    lag: new Gauge({
      name: 'cv_results_lag_seconds',
      help: 'Age of the newest outcome at the moment it was read from the stream.',
      registers,
    }),
    send: new Histogram({
      name: METRIC.stage,
      help: 'Time one frame took in each stage, seconds; send: from its outcome to the viewers.',
      labelNames: ['stage'],
      buckets: SECONDS_BUCKETS,
      registers,
    }),
  };
}
