import type { CameraRecord, CameraSpec, CameraState } from '@framewire/contract';
import { type Log, sleep } from '@framewire/runtime';
import type { CameraMetrics } from './metrics.ts';
import type { Outbox } from './outbox.ts';
import { withoutSecrets } from './secrets.ts';
import type { Slot } from './slots.ts';
import type { OpenSource, OpenSourceFn } from './video/source.ts';

/** A source that has been silent for so long is opened again; the first frame may take longer. Milliseconds. */
const SILENT = 5_000;
const FIRST_FRAME = 10_000;
/** Pauses between attempts, doubling, milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** One camera at work: keeps its source open, hands its frames to the outbox and tells each change of its state. */
export interface Camera {
  readonly spec: CameraSpec;
  readonly record: CameraRecord;
  /** Ends its source and its outbox, and tells nothing more. */
  close(): Promise<void>;
}

export interface CameraOptions {
  id: string;
  spec: CameraSpec;
  openSource: OpenSourceFn;
  /** Its turn to open the source for the first time. */
  slot: Slot;
  outbox: Outbox;
  tell(record: CameraRecord): void;
  metrics: CameraMetrics;
  log: Log;
}

export function createCamera({ id, spec, openSource, slot, outbox, tell, metrics, log }: CameraOptions): Camera {
  const closing = new AbortController();
  let restarts = 0;
  let record = describe('starting');

  function describe(state: CameraState, reason?: string): CameraRecord {
    const now = Date.now() / 1000;
    return {
      camera_id: id,
      state,
      ...(reason !== undefined && { reason }),
      since: now,
      timestamp: now,
      url: withoutSecrets(spec.url),
      source: outbox.source,
      fps: spec.fps,
      restarts,
    };
  }

  function enter(state: CameraState, reason?: string): void {
    if (closing.signal.aborted || (state === record.state && reason === record.reason)) return;
    record = describe(state, reason);
    slot.release();
    metrics.state(id, state);
    log.info({ camera_id: id, state, reason }, `camera ${id}: ${state}${reason ? `: ${reason}` : ''}`);
    tell(record);
  }

  /** Opens the source and stays until it ends. Resolves with the reason, undefined where it was played to its end. */
  async function play(): Promise<{ reason: string | undefined; frames: boolean }> {
    let frames = false;
    let source: OpenSource | undefined;
    let watchdog: NodeJS.Timeout | undefined;
    const over = new AbortController();
    try {
      const reason = await new Promise<string | undefined>((resolve) => {
        const watch = (ms: number) => {
          clearTimeout(watchdog);
          watchdog = setTimeout(() => resolve(`no frames for ${ms / 1000} s`), ms);
        };
        watch(FIRST_FRAME);
        closing.signal.addEventListener('abort', () => resolve('closed'), { signal: over.signal });
        source = openSource({
          onFrame(jpeg) {
            frames = true;
            watch(SILENT);
            enter('online');
            outbox.offer(jpeg);
          },
          onEnd: resolve,
        });
      });
      return { reason, frames };
    } catch (error) {
      return { reason: (error as Error).message, frames }; // it could not even be opened: no files or memory left, say
    } finally {
      over.abort();
      clearTimeout(watchdog);
      await source?.close();
    }
  }

  async function run(): Promise<void> {
    await slot.granted;
    if (closing.signal.aborted) return;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const { reason, frames } = await play();
      if (closing.signal.aborted) return;
      if (reason === undefined) return enter('ended');
      if (frames) pause = FIRST_PAUSE;
      enter('offline', reason);
      await sleep(pause, closing.signal);
      if (closing.signal.aborted) return;
      restarts++;
      metrics.restarted(id);
    }
  }

  metrics.state(id, 'starting');
  tell(record);
  const running = run();
  return {
    spec,
    get record() {
      return record;
    },
    async close() {
      closing.abort();
      slot.release();
      await running;
      await outbox.close();
    },
  };
}
