import { CONNECTOR_REPORT_S, type ConnectorRecord, type ResultRecord } from '@framewire/contract';
import { createLedger } from '../ledger/ledger.ts';

/** When it begins, seconds since the epoch. */
export const T = 1_700_000_000;

/** A ledger with a clock of its own. */
export function setUpLedger() {
  let now = T * 1000;
  const ledger = createLedger();
  return {
    ledger,
    add: (seq: number | undefined, more: Partial<ResultRecord> = {}) =>
      ledger.add({
        camera_id: 'door',
        topic: 'faces',
        source: 's1',
        seq,
        outcome: 'detected',
        timestamp: now / 1000,
        stages: { received_at: now },
        ...more,
      } as ResultRecord),
    /** Time in which a connector gives its signs of life, and holds these frames. */
    pass(seconds: number, held: ConnectorRecord['held'] = []) {
      for (let left = seconds; left > 0; left -= CONNECTOR_REPORT_S) {
        now += Math.min(left, CONNECTOR_REPORT_S) * 1000;
        ledger.connector({ connector: 'c', timestamp: now / 1000, held });
      }
    },
    /** Time in which nothing is heard of any connector. */
    silence(seconds: number) {
      now += seconds * 1000;
    },
  };
}
