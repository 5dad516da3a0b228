import type { CameraRecord, CameraSpec, CameraState } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { withoutSecrets } from '../address/secrets.ts';
import { settingsOf } from '../changes/changes.ts';
import type { CameraMetrics } from '../metrics.ts';
import type { OpenSource, OpenSourceFn } from '../video/source.ts';
import { TIMED_OUT } from '../video/timed-out.ts';
import { createFrameTimeout } from './frame-timeout.ts';
import type { Slot } from './slots.ts';
import type { CameraTopics } from './topics.ts';

/** Pauses between attempts, doubling, milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** One camera at work: keeps its source open, hands its frames to its topics and reports each change of its state. */
export interface Camera {
  readonly spec: CameraSpec;
  readonly record: CameraRecord;
  /** Other settings that its source does not depend on: they are reported, and it runs on. */
  update(spec: CameraSpec): void;
  /** Ends its source and its outboxes, and reports nothing more. */
  close(): Promise<void>;
}

/** Ids that it had before, and the file that defines it. */
export type CameraFacts = Pick<CameraRecord, 'formerly' | 'defined_in'>;

export interface CameraOptions {
  id: string;
  spec: CameraSpec;
  /** What its record says besides. */
  facts: CameraFacts;
  openSource: OpenSourceFn;
  /** Its turn to open the source for the first time. */
  slot: Slot;
  topics: CameraTopics;
  report(record: CameraRecord): void;
  metrics: CameraMetrics;
  log: Log;
}

export function createCamera(options: CameraOptions): Camera {
  const { id, facts, openSource, slot, topics, report, metrics, log } = options;
  const closing = new AbortController();
  let { spec } = options;
  let restarts = 0;
  const first = spec.paused ? 'paused' : 'starting';
  let record = describe(first);

  function describe(state: CameraState, reason?: string, reason_code?: CameraRecord['reason_code']): CameraRecord {
    const now = Date.now() / 1000;
    return {
      camera_id: id,
      state,
      ...(reason !== undefined && { reason }),
      ...(reason_code && { reason_code }),
      since: now,
      timestamp: now,
      url: withoutSecrets(spec.url),
      ...topics.described,
      ...facts,
      settings: settingsOf(spec),
      restarts,
    };
  }

  function enter(state: CameraState, reason?: string, reason_code?: CameraRecord['reason_code']): void {
    if (closing.signal.aborted || (state === record.state && reason === record.reason)) return;
    record = describe(state, reason, reason_code);
    slot.release();
    metrics.state(id, state);
    log.info({ camera_id: id, state, reason }, `camera ${id}: ${state}${reason ? `: ${reason}` : ''}`);
    report(record);
  }

  function restarted(): void {
    restarts++;
    metrics.restarted(id);
    record = { ...record, restarts };
    report(record);
  }

  /** Opens the source and stays until it ends. Resolves with the reason, undefined where it was played to its end. */
  async function play(): Promise<{ reason: string | undefined; isSilent: boolean; onlineMs: number }> {
    let isSilent = false;
    let online: number | undefined;
    const onlineMs = () => (online === undefined ? 0 : performance.now() - online);
    const timeout = createFrameTimeout(topics.fps);
    let source: OpenSource | undefined;
    let watchdog: NodeJS.Timeout | undefined;
    const over = new AbortController();
    try {
      const reason = await new Promise<string | undefined>((resolve) => {
        const watch = () => {
          clearTimeout(watchdog);
          const ms = timeout.ms();
          watchdog = setTimeout(() => {
            isSilent = true;
            resolve(`no frames for ${Math.round(ms / 1000)} s`);
          }, ms);
        };
        watch();
        closing.signal.addEventListener('abort', () => resolve('closed'), { signal: over.signal });
        source = openSource({
          onFrame(jpeg) {
            online ??= performance.now();
            timeout.onFrame();
            watch();
            enter('online');
            topics.offer(jpeg);
          },
          onRestart() {
            timeout.onRestart();
            watch();
          },
          onEnd: resolve,
        });
      });
      return { reason, isSilent, onlineMs: onlineMs() };
    } catch (error) {
      return { reason: (error as Error).message, isSilent, onlineMs: onlineMs() }; // it could not even be opened: no files or memory left, say
    } finally {
      over.abort();
      clearTimeout(watchdog);
      await source?.close();
    }
  }

  async function run(): Promise<void> {
    await slot.granted;
    if (closing.signal.aborted) return;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
      const { reason, isSilent, onlineMs } = await play();
      if (closing.signal.aborted) return;
      if (reason === undefined) return enter('ended');
      if (onlineMs > 2 * pause) pause = FIRST_PAUSE_MS; // one that gives a frame and breaks off is asked less and less often
      enter('offline', reason, isSilent ? 'no_frames' : reason === TIMED_OUT ? 'timeout' : undefined);
      await sleep(pause, closing.signal);
      if (closing.signal.aborted) return;
      restarted();
    }
  }

  metrics.started(id, Object.keys(topics.described.topics));
  metrics.state(id, first);
  report(record);
  if (spec.paused) slot.release();
  const running = spec.paused ? Promise.resolve() : run();
  return {
    get spec() {
      return spec;
    },
    get record() {
      return record;
    },
    update(next) {
      spec = next;
      record = { ...record, settings: settingsOf(spec) };
      report(record);
    },
    async close() {
      closing.abort();
      slot.release();
      await running;
      await topics.close();
    },
  };
}
