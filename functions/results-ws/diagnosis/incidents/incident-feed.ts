import type { CameraRecord, VerdictRecord } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import type { Chronicle } from './incident-log.ts';
import { type IncidentRecord, type PastIncidents, readPastIncidents } from './past-incidents.ts';

/** Records that are kept until the past has been read, the newest. */
const MAX_RECENT = 5_000;

/**
 * Feeds the chronicle with all that the stream holds: at once with what comes, and, when it has been read in the background, with what
 * was before that, each in the order of the stream.
 */
export interface IncidentLog {
  /** The stream is read from this cursor on, or is another one. */
  begin(cursor: number): void;
  camera(record: CameraRecord): void;
  verdict(record: VerdictRecord): void;
  /** Since when all is known, seconds since the epoch; undefined while the past is being read. */
  readonly since: number | undefined;
  close(): void;
}

export function createIncidentLog(options: { broker: Broker; chronicle: Chronicle; log: Log }): IncidentLog {
  const { broker, chronicle, log } = options;
  let recent: IncidentRecord[] | undefined = [];
  let past: PastIncidents = readPast();
  let hasBegun = false;

  function readPast(): PastIncidents {
    return readPastIncidents({
      broker,
      log,
      onRead(records) {
        const all = [...records, ...(recent ?? [])];
        recent = undefined;
        chronicle.clear();
        for (const each of all) tell(each);
      },
    });
  }

  function tell(each: IncidentRecord): void {
    if (each.type === 'camera') chronicle.camera(each.record);
    else chronicle.verdict(each.record);
  }

  function add(each: IncidentRecord): void {
    recent?.push(each);
    if (recent && recent.length > 2 * MAX_RECENT) recent = recent.slice(-MAX_RECENT);
    tell(each);
  }

  return {
    begin(cursor) {
      if (hasBegun) {
        past.close();
        recent = [];
        past = readPast();
      }
      hasBegun = true;
      if (recent) chronicle.clear();
      past.readTo(cursor);
    },
    camera: (record) => add({ type: 'camera', record }),
    verdict: (record) => add({ type: 'verdict', record }),
    get since() {
      return past.since;
    },
    close: () => past.close(),
  };
}
