import { DEFAULT_TOPIC, decodeTrackRecord, EXCHANGE, QUEUE } from '@framewire/contract';
import { type Broker, type ConsumeMessage, readStream } from '@framewire/runtime/amqp';
import { background, backoff, repeat, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import { type Candidate, positionKey } from './apply-record.ts';
import { type Entry, endOpen, STREAM, type WriteOptions, writeBatch } from './write-batch.ts';

/** A batch is written when it has so many messages, or is so old, milliseconds. */
const MAX_BATCH = 200;
const MAX_WAIT_MS = 250;
/** A camera whose tracker says nothing for so long has lost its sightings, milliseconds. One that is there after all goes on. */
const SILENT_MS = 60_000;
const SWEEP_MS = 5_000;

export interface TrackReader {
  /** Why sightings are not written. */
  problem(): string | undefined;
  /** Writes what it has, and ends. */
  close(): Promise<void>;
}

/** From `track_queue` into the database: each record once, whatever dies. */
export async function createTrackReader(
  options: WriteOptions & {
    broker: Broker;
    /** Frames in which a sighting is seen better than before, once the sighting is kept. */
    onCandidates(candidates: Iterable<Candidate>): void;
    metrics: Metrics;
    log: Log;
  },
): Promise<TrackReader> {
  const { broker, database, onCandidates, metrics, log } = options;
  const ending = new AbortController();
  let entries: Entry[] = [];
  let isNewStream = false;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let problem: string | undefined;
  /** When each camera and topic was heard of last, by the clock of this process. */
  const heard = new Map<string, { camera_id: string; topic: string; at: number }>();

  const [kept] = await database.query<{ position: number; content: string }>(
    'SELECT position, content FROM stream_positions WHERE stream = ?',
    STREAM,
  );
  const open = await database.query<{ camera_id: string; topic: string }>(
    'SELECT DISTINCT camera_id, topic FROM sightings WHERE ended IS NULL',
  );
  for (const one of open) hear(one.camera_id, one.topic);

  const stream = readStream({
    broker,
    queue: QUEUE.tracks,
    exchange: EXCHANGE.tracks,
    start: () => 'first',
    ...(kept && { last: { offset: kept.position, content: Buffer.from(kept.content, 'base64') } }),
    onBegin() {
      if (entries.length > 0) background(write(), log, 'writing sightings');
      isNewStream = true;
    },
    onMessage: take,
    log,
  });

  function take({ properties, content }: ConsumeMessage, position: number): void | Promise<void> {
    const entry: Entry = { position, content };
    try {
      const message = decodeTrackRecord(properties.type, content);
      if (message.type === 'tracks') {
        entry.record = message.record;
        hear(message.record.camera_id, message.record.topic);
        metrics.lag.set(Math.max(0, Date.now() / 1000 - message.record.timestamp));
      }
    } catch (error) {
      metrics.malformed.inc();
      log.warn({ why: (error as Error).message.slice(0, 300) }, 'a malformed record of tracks was passed over');
    }
    entries.push(entry);
    // further messages wait until this batch is written
    if (entries.length >= MAX_BATCH) return write();
    timer ??= setTimeout(() => background(write(), log, 'writing sightings'), MAX_WAIT_MS);
  }

  function hear(camera_id: string, topic = DEFAULT_TOPIC): void {
    heard.set(positionKey(camera_id, topic), { camera_id, topic, at: performance.now() });
  }

  /** One at a time; resolves once all that came before is written. */
  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const [taken, isNew] = [entries, isNewStream];
    entries = [];
    isNewStream = false;
    writing = writing.then(() => writeEntries(taken, isNew));
    return writing;
  }

  /** Tries until it is written: nothing is passed over because the database is away. */
  async function writeEntries(taken: Entry[], isNew: boolean): Promise<void> {
    if (taken.length === 0) return;
    let forget = isNew;
    for (let attempt = 0; ; attempt++) {
      const start = performance.now();
      try {
        if (forget) await database.run('DELETE FROM stream_positions WHERE stream = ?', STREAM);
        forget = false;
        const batch = await writeBatch(options, taken);
        problem = undefined;
        metrics.write.observe((performance.now() - start) / 1000);
        metrics.repeated.inc(batch.repeated);
        for (const { change } of batch.changes) metrics.sightings.inc({ change });
        onCandidates(batch.candidates.values());
        return;
      } catch (error) {
        const why = `sightings cannot be written: ${(error as Error).message}`;
        if (problem !== why) log.error({ err: error }, 'sightings cannot be written');
        problem = why;
        if (ending.signal.aborted) return; // the next start reads them again
        await sleep(backoff(attempt), ending.signal);
      }
    }
  }

  async function sweep(): Promise<void> {
    // while nothing can be read, a camera is not silent
    if (!stream.isOpen || !stream.isKnown || problem !== undefined) {
      for (const one of heard.values()) one.at = performance.now();
      return;
    }
    const silent = [...heard.values()].filter(({ at }) => performance.now() - at > SILENT_MS);
    if (silent.length === 0) return;
    const turn = writing.then(() => endOpen(options, silent));
    writing = turn.then(
      () => {},
      () => {},
    );
    const batch = await turn;
    for (const { camera_id, topic } of silent) heard.delete(positionKey(camera_id, topic));
    for (const { change } of batch.changes) metrics.sightings.inc({ change });
  }
  const stopSweeping = repeat(sweep, SWEEP_MS, log, 'ending sightings of silent cameras');

  return {
    problem: () => stream.problem() ?? problem,
    async close() {
      stopSweeping();
      ending.abort();
      await stream.close();
      await write();
    },
  };
}
