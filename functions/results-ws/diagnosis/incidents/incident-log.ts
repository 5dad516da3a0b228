import {
  type CameraAction,
  type CameraChange,
  type CameraRecord,
  EXCHANGE,
  type Finding,
  type Incident,
  type IncidentRecord,
  RECORD_TYPE,
} from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { createLruMap, guarded } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** Incidents held; the oldest are forgotten. */
const MAX_INCIDENTS = 2_000;
/** Cameras whose last state is known. */
const MAX_CAMERAS = 5_000;
/** How often what was found is compared with what the stream says, milliseconds. */
const COMPARE_MS = 1_000;
const CONFIRM_MS = 5_000;
/** What was published is waited for that long in the stream before it is published again, seconds. */
const ECHO_TIMEOUT = 10;
/** The replica that reported a finding repeats it so often while it lasts; one not renewed for so long has ended with its replica, seconds. */
const RENEW_EVERY = 60;
const LAPSED_AFTER = 150;
/** A finding that comes again so soon after its end is the same one: another replica still had it, seconds. */
const SAME = 15;

/** Replicas find the same things: those of one cause at one time are one incident, whoever reported it. */
const keyOf = ({ cause }: Pick<Finding, 'cause'>) => cause;

/**
 * What happened, as it stands in the stream: findings that began and ended, cameras that came and went. Replicas find the same things at
 * about the same time; each publishes what the stream does not say already, and what is published twice counts once.
 */
export interface IncidentLog {
  /** From the stream, in its order. */
  finding(record: IncidentRecord): void;
  camera(record: CameraRecord): void;
  change(record: CameraChange): void;
  /** From our own diagnosis: sees to it that the stream says it. @param until absent at its beginning. */
  report(finding: Finding, until?: number): void;
  /** The newest first. */
  newest(most: number): Incident[];
  /** An incident by its id, as it was reported. */
  incident(id: string): FindingEvent | undefined;
  /** Under which id the stream knows an incident that lasts: another replica may have reported it first. */
  idOf(finding: Finding): string | undefined;
  /** Forgets everything, because the stream is read from its beginning. */
  clear(): void;
  /** Publishes what the stream does not say; by itself once a second. */
  compare(): void;
  close(): void;
}

export type FindingEvent = Extract<Incident, { type: 'finding' }> & { id: string };

interface Open {
  event: FindingEvent;
  /** Ids under which replicas reported it; the first is that of the incident. */
  ids: Set<string>;
  /** The replica that reported it, and when last, seconds since the epoch. */
  node_id: string;
  renewed: number;
}

interface Own {
  finding: Finding;
  until?: number;
  publishedAt?: number;
}

/** @param isLive whether all that the stream holds has been read. @param clock milliseconds since the epoch. */
export function createIncidentLog(options: {
  broker: Pick<Broker, 'publish'>;
  node_id: string;
  isLive: () => boolean;
  log: Log;
  clock?: () => number;
}): IncidentLog {
  const { broker, node_id, isLive, log, clock = Date.now } = options;
  let events: Incident[] = [];
  let open: Open[] = [];
  /** By cause, the newest. */
  const last = new Map<string, FindingEvent>();
  const cameras = createLruMap<string, CameraRecord>(MAX_CAMERAS);
  /** By id: what we found and the stream may not say yet. */
  const own = new Map<string, Own>();
  const startedAt = clock() / 1000;

  function add(event: Incident): void {
    events.push(event);
    if (events.length > MAX_INCIDENTS) events = events.slice(-MAX_INCIDENTS);
  }

  /** What lasts, under this id or for this cause. */
  const openFor = (finding: Finding) =>
    open.find(({ ids }) => ids.has(idOf(finding))) ?? open.find(({ event }) => keyOf(event.finding) === keyOf(finding));

  function begin({ finding, node_id, timestamp }: IncidentRecord): void {
    const id = idOf(finding);
    const there = openFor(finding);
    if (there) {
      // reported again while it lasts: by a better name, or with graver evidence
      there.event.finding = { ...finding, id: there.event.id, since: there.event.at };
      there.ids.add(id);
      last.set(keyOf(finding), there.event);
      if (there.node_id === node_id) there.renewed = timestamp;
      return;
    }
    const before = last.get(keyOf(finding));
    if (before?.until !== undefined && finding.since - before.until < SAME) delete before.until;
    const same = before && before.until === undefined;
    const event: FindingEvent = same ? before : { type: 'finding', id, at: finding.since, finding: { ...finding, id } };
    if (!same) add(event);
    last.set(keyOf(finding), event);
    open.push({ event, ids: new Set([event.id, id]), node_id, renewed: timestamp });
  }

  function end(record: IncidentRecord & { until: number }): void {
    const { finding, until } = record;
    const before = last.get(keyOf(finding));
    // one that was reported whole after the fact, or whose end another reported before
    if (!openFor(finding) && before && finding.since <= (before.until ?? 0)) return;
    if (!openFor(finding)) begin(record);
    const there = openFor(finding)!;
    open = open.filter((other) => other !== there);
    there.event.until = until;
  }

  function compare(): void {
    if (!isLive()) return;
    const now = clock() / 1000;
    for (const [id, one] of own) {
      const there = openFor(one.finding);
      const ours = there?.node_id === node_id;
      const said = last.get(keyOf(one.finding));
      if (one.until === undefined) {
        const isOld = there && (now - there.renewed > RENEW_EVERY || isOther(there.event.finding, one.finding));
        if (!there || (ours && isOld)) publish(one);
      } else if (there ? ours : !said || said.until === undefined || said.until < one.finding.since) publish(one);
      else own.delete(id);
    }
    for (const { event, ids, node_id: reporter, renewed } of open) {
      const held = [...own.values()].some(
        ({ finding }) => ids.has(idOf(finding)) || keyOf(finding) === keyOf(event.finding),
      );
      // reported by a process that has exited: another one, or the one before us that bore our name
      const lapsed = now - renewed > LAPSED_AFTER || (reporter === node_id && now - startedAt > ECHO_TIMEOUT);
      if (!held && lapsed) publish({ finding: event.finding, until: renewed });
    }
  }

  const publishing = new Map<string, number>();
  function publish(one: Own): void {
    const now = clock() / 1000;
    const id = `${idOf(one.finding)} ${one.finding.cause} ${one.finding.severity} ${one.until !== undefined}`;
    if (now - (publishing.get(id) ?? 0) < ECHO_TIMEOUT) return;
    for (const [other, at] of publishing) if (now - at > ECHO_TIMEOUT) publishing.delete(other);
    publishing.set(id, now);
    const record: IncidentRecord = { finding: one.finding, until: one.until, node_id, timestamp: now };
    broker
      .publish({
        exchange: EXCHANGE.results,
        key: one.finding.camera_id ?? 'incident',
        content: new TextEncoder().encode(JSON.stringify(record)),
        properties: { type: RECORD_TYPE.incident, contentType: 'application/json' },
        timeoutMs: CONFIRM_MS,
      })
      .catch((error) =>
        log.info({ why: (error as Error).message, cause: one.finding.cause }, 'a finding is not published yet'),
      );
  }

  const timer = setInterval(guarded(compare, log, 'comparing incidents with the stream'), COMPARE_MS);
  timer.unref();
  return {
    finding: ({ until, ...record }) => (until === undefined ? begin(record) : end({ ...record, until })),
    camera(record) {
      const { camera_id, state, since, reason } = record;
      const before = cameras.get(camera_id);
      if (before?.state === state && before.since === since) return;
      cameras.set(camera_id, record);
      // who paused it is said by the change
      if (state !== 'paused')
        add({ type: 'camera', at: since, camera_id, state, ...(reason !== undefined && { message: reason }) });
      if (state === 'removed') cameras.delete(camera_id);
    },
    change: ({ timestamp, ...change }) => add({ type: 'change', at: timestamp, ...change }),
    report(finding, until) {
      own.set(idOf(finding), { finding, until });
      if (own.size > MAX_INCIDENTS) own.delete(own.keys().next().value!);
      compare();
    },
    incident: (id) =>
      events.find((event): event is FindingEvent => event.type === 'finding' && event.id === id) ??
      open.find(({ ids }) => ids.has(id))?.event,
    idOf: (finding) => openFor(finding)?.event.id,
    newest: (most) => withoutRepeats([...events].sort((a, b) => b.at - a.at)).slice(0, most),
    clear() {
      events = [];
      open = [];
      for (const map of [last, cameras]) map.clear();
    },
    compare,
    close: () => clearInterval(timer),
  };
}

const isOther = (a: Finding, b: Finding) => a.cause !== b.cause || a.severity !== b.severity;

/** One that an earlier version published has none: it is known by its cause and its beginning. */
const idOf = ({ id, cause, since }: Finding): string => id ?? `${cause}-${Math.round(since)}`;

/** That a camera was removed is said twice: by its state, and by the change, which says by whom. */
function withoutRepeats(events: Incident[]): Incident[] {
  const ends = events.filter((event) => event.type === 'change' && ENDS.includes(event.action));
  const isSaid = ({ camera_id, at }: { camera_id: string; at: number }) =>
    ends.some((end) => end.type === 'change' && end.camera_id === camera_id && Math.abs(end.at - at) < SAME);
  return events.filter((event) => event.type !== 'camera' || event.state !== 'removed' || !isSaid(event));
}

const ENDS: CameraAction[] = ['removed', 'renamed', 'dismissed'];
