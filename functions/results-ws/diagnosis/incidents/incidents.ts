import type { CameraChange, CameraRecord, IncidentRecord } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import { createIncidentLog, type IncidentLog } from './incident-log.ts';
import { type IncidentEntry, type PastIncidents, readPastIncidents } from './past-incidents.ts';

/** Records that are kept until the past has been read, the newest. */
const MAX_RECENT = 5_000;

/**
 * The incident log over all that the stream holds. New records are added at once. Records from before the window in which outcomes are
 * read are read in the background; then the log is rebuilt in the order of the stream.
 */
export interface Incidents
  extends Pick<IncidentLog, 'camera' | 'change' | 'finding' | 'report' | 'newest' | 'incident' | 'idOf' | 'close'> {
  /** The stream is read from this cursor on, or is another one. */
  begin(cursor: number): void;
  /** When the oldest record that the stream holds was written, seconds since the epoch; undefined until the past has been read. */
  readonly since: number | undefined;
}

export function createIncidents(options: {
  broker: Broker;
  node_id: string;
  isLive: () => boolean;
  log: Log;
}): Incidents {
  const { broker, log } = options;
  const incidentLog = createIncidentLog(options);
  let recent: IncidentEntry[] | undefined = [];
  let past: PastIncidents = readPast();
  let hasBegun = false;

  function readPast(): PastIncidents {
    return readPastIncidents({
      broker,
      log,
      onRead(records) {
        const all = [...records, ...(recent ?? [])];
        recent = undefined;
        incidentLog.clear();
        for (const each of all) write(each);
      },
    });
  }

  function write(each: IncidentEntry): void {
    if (each.type === 'camera') incidentLog.camera(each.record);
    else if (each.type === 'change') incidentLog.change(each.record);
    else incidentLog.finding(each.record);
  }

  function add(each: IncidentEntry): void {
    recent?.push(each);
    if (recent && recent.length > 2 * MAX_RECENT) recent = recent.slice(-MAX_RECENT);
    write(each);
  }

  return {
    ...incidentLog,
    begin(cursor) {
      if (hasBegun) {
        past.close();
        recent = [];
        past = readPast();
      }
      hasBegun = true;
      if (recent) incidentLog.clear();
      past.readTo(cursor);
    },
    camera: (record: CameraRecord) => add({ type: 'camera', record }),
    change: (record: CameraChange) => add({ type: 'change', record }),
    finding: (record: IncidentRecord) => add({ type: 'incident', record }),
    get since() {
      return past.since;
    },
    close() {
      past.close();
      incidentLog.close();
    },
  };
}
