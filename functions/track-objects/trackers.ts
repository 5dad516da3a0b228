import type { CameraRecord, ProgressRecord, TracksRecord } from '@framewire/contract';
import type { Broker, StreamReader } from '@framewire/runtime/amqp';
import { background, createLruMap, repeat, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { createFeed, type Feed } from './feed.ts';
import type { Metrics } from './metrics.ts';
import { createHeartbeat } from './sharing/heartbeat.ts';
import { lastMoment } from './sharing/last-moment.ts';
import { createMembers, FENCE_MS } from './sharing/members.ts';
import { createOutbox } from './sharing/outbox.ts';
import { type Covered, createPublishedStates, isCovered } from './sharing/published.ts';
import { readTracks } from './sharing/tracks-reader.ts';
import { type Frame, keyOf } from './stream/frame.ts';
import { readResults } from './stream/results.ts';
import { createSequencer } from './stream/sequencer.ts';
import type { AreaSettings } from './tracking/follow.ts';

/** How often it is looked at who holds which camera, and at frames that wait, milliseconds. */
const LOOK_MS = 100;
/** How far before the last message of `track_queue` it is read: every replica that lived then is heard. Seconds. */
const TAIL_S = 60;
/** Others answer a new replica with a heartbeat. How long it waits for them before it takes cameras, milliseconds. */
const SETTLE_MS = 1_500;
/** So far back there is a heartbeat of each camera, which carries its settings. Seconds. */
const SETTINGS_S = 25;
/** Where nothing was tracked yet the stream is read from so long ago, seconds. */
const FIRST_S = 30;
/** Records that wait for the broker; while there are more nothing is read. */
const MAX_UNPUBLISHED = 500;
const MAX_FEEDS = 2_000;
/** How long the end of the process waits for records to be confirmed, milliseconds. */
const FLUSH_MS = 5_000;

export interface Trackers {
  /** Why objects are not tracked. */
  problem(): string | undefined;
  remarks(): string[];
  /** Publishes what is tracked, and gives all cameras up. */
  close(): Promise<void>;
}

/**
 * Follows the objects of all cameras that this replica holds. `track_queue` says what all replicas published: from there each knows who lives,
 * who holds which camera, and from which state another one would go on. `result_queue` brings the frames of all cameras: those of cameras
 * that others hold are kept for a while, so that one can be taken over without a gap.
 */
export function createTrackers(options: {
  broker: Broker;
  node_id: string;
  lostS: number;
  orderWaitMs: number;
  metrics: Metrics;
  log: Log;
}): Trackers {
  const { broker, node_id, lostS, orderWaitMs, metrics, log } = options;
  const ending = new AbortController();
  const members = createMembers(node_id);
  const published = createPublishedStates();
  const feeds = createLruMap<string, Feed>(MAX_FEEDS, (_, feed) => feed.release());
  const settings = createLruMap<string, AreaSettings>(MAX_FEEDS);
  const removed = new Set<string>();
  let tail: StreamReader | undefined;
  let results: StreamReader | undefined;
  /** When this replica heard its own heartbeat since it held nothing: what was published before is known. Milliseconds. */
  let joined: number | undefined;
  /** Since when it has held nothing. An older heartbeat does not count: it may be that of a process before this one. Milliseconds. */
  let outSince = Date.now();
  let position = { cursor: -1, readAt: 0 };
  let unpublished = 0;

  const sequencer = createSequencer({
    waitMs: orderWaitMs,
    onFrame,
    onLate: ({ camera_id }) => metrics.late(camera_id),
  });
  const heartbeat = createHeartbeat({ broker, isReady: () => tail !== undefined, record: progress, log });
  const isFenced = () => Date.now() - Math.max(heartbeat.confirmed, joined ?? 0) > FENCE_MS;
  const held = () => [...feeds.values()].filter(({ isHeld }) => isHeld);
  const reached = (): Covered => ({ cursor: position.cursor, claimed: Date.now() / 1000, since: sequencer.time });

  function progress(): Omit<ProgressRecord, 'left'> {
    const cameras: ProgressRecord['cameras'] = {};
    let { cursor, since } = reached();
    for (const feed of held()) {
      const topics = cameras[feed.camera] ?? {};
      topics[feed.topic] = feed.lastId;
      cameras[feed.camera] = topics;
      const covered = feed.covered();
      cursor = Math.min(cursor, covered.cursor);
      since = Math.min(since, covered.since);
    }
    return { node_id, timestamp: Date.now() / 1000, cursor, stream_time: Math.max(0, since), cameras };
  }

  function onTracks(record: TracksRecord): void {
    published.tracks(record);
    const { cursor, timestamp: claimed, captured_at: since } = record;
    feeds.peek(keyOf(record))?.trim({ cursor, claimed, since });
  }

  function onProgress(record: ProgressRecord): void {
    const { cursor, timestamp: claimed, stream_time: since, cameras } = record;
    published.progress(record);
    if (record.node_id === node_id) {
      if (claimed * 1000 > outSince) joined ??= Date.now();
    } else {
      // a new one waits for an answer before it takes cameras
      if (members.isNew(record.node_id) && !record.left) heartbeat.beat();
      members.heard(record, Math.min(Date.now(), claimed * 1000));
    }
    for (const [camera_id, topics] of Object.entries(cameras))
      for (const topic of Object.keys(topics))
        feeds.peek(keyOf({ camera_id, topic }))?.trim({ cursor, claimed, since });
  }

  function onCamera({ camera_id, state, settings: { zones, lines, masks, detection } = {} }: CameraRecord): void {
    settings.set(camera_id, { zones, lines, masks, detection });
    if (state === 'removed') removed.add(camera_id);
    else removed.delete(camera_id);
  }

  function onFrame(frame: Frame): void {
    if (isCovered(frame, published.covered(keyOf(frame)))) return;
    feedOf(frame.camera_id, frame.topic).frame(frame);
  }

  function feedOf(camera: string, topic: string): Feed {
    const key = keyOf({ camera_id: camera, topic });
    const known = feeds.get(key);
    if (known) return known;
    const feed = createFeed({
      node_id,
      camera,
      topic,
      lostS,
      settings: () => settings.peek(camera) ?? {},
      createOutbox: () => createOutbox({ broker, mayPublish: () => !isFenced(), log }),
      position: reached,
      oldestWaiting: () => sequencer.oldest(key),
      metrics,
    });
    feeds.set(key, feed);
    decide(feed);
    return feed;
  }

  /** Takes a camera that nobody holds and this replica should, and gives up one that another should. */
  function decide(feed: Feed): void {
    const { camera, topic, isHeld } = feed;
    const isSettled = joined !== undefined && Date.now() - joined > SETTLE_MS && !ending.signal.aborted;
    const isOurs = isSettled && members.ownerOf(camera) === node_id;
    if (isHeld && !isOurs) {
      feed.release();
      metrics.forget(camera);
      heartbeat.beat();
    } else if (!isHeld && isOurs && !members.isHeldByAnother(camera)) {
      const key = keyOf({ camera_id: camera, topic });
      feed.take(published.restore(key), published.covered(key));
    }
  }

  function look(): void {
    if (joined !== undefined && isFenced()) {
      log.warn('no heartbeat was confirmed for too long: giving all cameras up, since another replica may take them');
      joined = undefined;
      outSince = Date.now();
      heartbeat.beat();
      for (const feed of feeds.values()) feed.release();
    }
    for (const [camera_id, topic] of published.open()) feedOf(camera_id, topic);
    sequencer.beat();
    for (const feed of [...feeds.values()]) decide(feed);
    unpublished = held().reduce((sum, feed) => sum + feed.unpublished, 0);
    metrics.unpublished.set(unpublished);
    metrics.held.set(new Set(held().map(({ camera }) => camera)).size);
    endSilent();
  }

  function endSilent(): void {
    if (!results?.isOpen || unpublished > MAX_UNPUBLISHED) return;
    const time = sequencer.time && sequencer.time + (Date.now() - position.readAt) / 1000;
    for (const feed of held()) feed.endSilent(removed.has(feed.camera) ? Number.POSITIVE_INFINITY : time);
    for (const camera of removed) {
      const own = [...feeds.entries()].filter(([, feed]) => feed.camera === camera);
      if (own.some(([, feed]) => feed.unpublished > 0)) continue;
      for (const [key, feed] of own) {
        feed.release();
        feeds.delete(key);
      }
      metrics.forget(camera);
      settings.delete(camera);
      removed.delete(camera);
    }
  }

  async function start(): Promise<void> {
    const moment = await lastMoment(broker, log, ending.signal);
    if (ending.signal.aborted) return;
    tail = readTracks({
      broker,
      start: () => (moment === undefined ? 'first' : { moment: moment - TAIL_S }),
      onTracks,
      onProgress,
      metrics,
      log,
    });
    while (joined === undefined && !ending.signal.aborted) await sleep(LOOK_MS, ending.signal);
    if (ending.signal.aborted) return;
    const now = Date.now() / 1000;
    results = readResults({
      broker,
      start: () => ({ moment: (published.since ?? now - FIRST_S + SETTINGS_S) - SETTINGS_S }),
      events: { begin, read, camera: onCamera, settled: sequencer.add },
      metrics,
      log,
    });
  }

  function begin(after: number): void {
    // at the first message nothing is known yet; later the stream is another one
    if (position.cursor >= 0) {
      sequencer.clear();
      published.forgetCursors();
      position = { cursor: after, readAt: Date.now() };
      for (const feed of feeds.values()) feed.restart();
    }
    position = { cursor: after, readAt: Date.now() };
  }

  function read(cursor: number, timestamp: number | undefined): void | Promise<void> {
    position = { cursor, readAt: Date.now() };
    if (timestamp !== undefined) metrics.lag.set(Math.max(0, Date.now() / 1000 - timestamp));
    if (unpublished > MAX_UNPUBLISHED) return room();
  }

  async function room(): Promise<void> {
    while (unpublished > MAX_UNPUBLISHED && !ending.signal.aborted) await sleep(LOOK_MS, ending.signal);
  }

  background(start(), log, 'the start of tracking');
  const stopLooking = repeat(look, LOOK_MS, log, 'looking after cameras');

  return {
    problem() {
      if (tail === undefined) return broker.problem() ?? 'the end of track_queue is being read';
      const problem = tail.problem() ?? broker.problem();
      if (problem !== undefined) return problem;
      if (joined === undefined) return 'what was tracked before is being read';
      if (!results) return 'result_queue is not read yet';
      return (
        results.problem() ??
        (results.isKnown ? undefined : 'whether result_queue is the same stream as before is being found out')
      );
    },
    remarks: () => [`${members.size} ${members.size === 1 ? 'replica' : 'replicas'}, ${held().length} trackers here`],
    async close() {
      await results?.close();
      const until = Date.now() + FLUSH_MS;
      while (held().some(({ unpublished }) => unpublished > 0) && Date.now() < until) await sleep(LOOK_MS);
      ending.abort();
      stopLooking();
      await heartbeat.close();
      await tail?.close();
    },
  };
}
