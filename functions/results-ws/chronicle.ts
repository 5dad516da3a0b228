import {
  type CameraRecord,
  type Event,
  EXCHANGE,
  type Finding,
  RECORD_TYPE,
  type VerdictRecord,
} from '@framewire/contract';
import type { Broker, Log } from '@framewire/runtime';
import { keyOf } from './verdict.ts';

/** Events held; the oldest are forgotten. */
const MOST = 2_000;
/** How often what was found is compared with what the stream says, milliseconds. */
const COMPARE_MS = 1_000;
const CONFIRM_MS = 5_000;
/** What was published is waited for that long in the stream before it is published again, seconds. */
const ECHO = 10;
/** Whoever told a finding tells it again so often while it lasts; one that nobody renewed for so long has ended with its teller, seconds. */
const RENEW = 60;
const LAPSED = 150;
/** A finding that comes again so soon after its end is the same one: another replica still had it, seconds. */
const SAME = 15;

/**
 * What happened, as it stands in the stream: findings that began and ended, cameras that came and went. Replicas find the same things at
 * about the same time; each tells what the stream does not say already, and what is told twice counts once.
 */
export interface Chronicle {
  /** From the stream, in its order. */
  verdict(record: VerdictRecord): void;
  camera(record: CameraRecord): void;
  /** From our own verdict: see to it that the stream says it. @param until absent at its beginning. */
  tell(finding: Finding, until?: number): void;
  /** The newest first. */
  events(most: number): Event[];
  /** The stream is read anew. */
  clear(): void;
  /** Publishes what the stream does not say; by itself once a second. */
  compare(): void;
  close(): void;
}

type FindingEvent = Extract<Event, { type: 'finding' }>;

interface Open {
  event: FindingEvent;
  /** Who told it, and when last, seconds since the epoch. */
  node_id: string;
  renewed: number;
}

interface Own {
  finding: Finding;
  until?: number;
  publishedAt?: number;
}

/** @param isLive whether all that the stream holds has been read. @param clock milliseconds since the epoch. */
export function createChronicle(options: {
  broker: Pick<Broker, 'publish'>;
  node_id: string;
  isLive: () => boolean;
  log: Log;
  clock?: () => number;
}): Chronicle {
  const { broker, node_id, isLive, log, clock = Date.now } = options;
  let events: Event[] = [];
  const open = new Map<string, Open>();
  const last = new Map<string, FindingEvent>();
  const cameras = new Map<string, CameraRecord>();
  /** By key and beginning: what we found and the stream may not say yet. */
  const own = new Map<string, Own>();
  const startedAt = clock() / 1000;
  const idOf = (finding: Finding) => `${keyOf(finding)} ${finding.since}`;

  function add(event: Event): void {
    events.push(event);
    if (events.length > MOST) events = events.slice(-MOST);
  }

  function begin({ finding, node_id, timestamp }: VerdictRecord): void {
    const key = keyOf(finding);
    const there = open.get(key);
    if (there) {
      there.event.finding = { ...finding, since: there.event.at };
      if (there.node_id === node_id) there.renewed = timestamp;
      return;
    }
    const before = last.get(key);
    if (before?.until !== undefined && finding.since - before.until < SAME) delete before.until;
    const same = before && before.until === undefined;
    const event: FindingEvent = same ? before : { type: 'finding', at: finding.since, finding };
    if (!same) add(event);
    last.set(key, event);
    open.set(key, { event, node_id, renewed: timestamp });
  }

  function end(record: VerdictRecord & { until: number }): void {
    const key = keyOf(record.finding);
    const before = last.get(key);
    // one that was told whole after the fact, or whose end another told before
    if (!open.has(key) && before && record.finding.since <= (before.until ?? 0)) return;
    if (!open.has(key)) begin(record);
    open.delete(key);
    last.get(key)!.until = record.until;
  }

  function compare(): void {
    if (!isLive()) return;
    const now = clock() / 1000;
    for (const [id, one] of own) {
      const there = open.get(keyOf(one.finding));
      const ours = there?.node_id === node_id;
      const said = last.get(keyOf(one.finding));
      if (one.until === undefined) {
        if (!there || (ours && now - there.renewed > RENEW)) publish(one);
      } else if (there ? ours : !said || said.until === undefined || said.until < one.finding.since) publish(one);
      else own.delete(id);
    }
    for (const { event, node_id: teller, renewed } of open.values()) {
      const held = [...own.values()].some(({ finding }) => keyOf(finding) === keyOf(event.finding));
      // told by a process that is gone: another one, or the one before us that bore our name
      const lapsed = now - renewed > LAPSED || (teller === node_id && now - startedAt > ECHO);
      if (!held && lapsed) publish({ finding: event.finding, until: renewed });
    }
  }

  const publishing = new Map<string, number>();
  function publish(one: Own): void {
    const now = clock() / 1000;
    const id = `${idOf(one.finding)} ${one.until !== undefined}`;
    if (now - (publishing.get(id) ?? 0) < ECHO) return;
    for (const [other, at] of publishing) if (now - at > ECHO) publishing.delete(other);
    publishing.set(id, now);
    const record: VerdictRecord = { finding: one.finding, until: one.until, node_id, timestamp: now };
    broker
      .publish({
        exchange: EXCHANGE.results,
        key: one.finding.camera_id ?? 'verdict',
        content: new TextEncoder().encode(JSON.stringify(record)),
        properties: { type: RECORD_TYPE.verdict, contentType: 'application/json' },
        timeoutMs: CONFIRM_MS,
      })
      .catch((error) =>
        log.info({ why: (error as Error).message, cause: one.finding.cause }, 'a verdict is not told yet'),
      );
  }

  const timer = setInterval(compare, COMPARE_MS);
  timer.unref();
  return {
    verdict: ({ until, ...record }) => (until === undefined ? begin(record) : end({ ...record, until })),
    camera(record) {
      const { camera_id, state, since, reason } = record;
      const before = cameras.get(camera_id);
      if (before?.state === state && before.since === since) return;
      cameras.set(camera_id, record);
      add({ type: 'camera', at: since, camera_id, state, ...(reason !== undefined && { words: reason }) });
      if (state === 'removed') cameras.delete(camera_id);
    },
    tell(finding, until) {
      own.set(idOf(finding), { finding, until });
      if (own.size > MOST) own.delete(own.keys().next().value!);
      compare();
    },
    events: (most) => [...events].sort((a, b) => b.at - a.at).slice(0, most),
    clear() {
      events = [];
      for (const map of [open, last, cameras]) map.clear();
    },
    compare,
    close: () => clearInterval(timer),
  };
}
