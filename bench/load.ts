import { sleep } from '@framewire/runtime/process';
import { createEnds, startClosedLoad } from '../testkit/load/closed.ts';
import { startOpenLoad } from '../testkit/load/open.ts';
import { type CpuTimes, cpuBetween, readCpu } from '../testkit/system/cpu.ts';
import type { Answer, Target } from './targets/target.ts';

/** What one window of load showed. */
export interface Window {
  /** Answers `detected`, a second. */
  rate: number;
  /** All answers within the window. */
  answers: Answer[];
  offered: number;
  /** Frames that the broker refused. */
  refused: number;
  /** Frames that were shed before anything was sent. */
  shed: number;
  cpu: CpuTimes;
  /** How long the window was open. */
  seconds: number;
}

interface Times {
  warmUpMs: number;
  windowMs: number;
}

/** Frames under way at once: enough that no replica ever waits for one, and soon worked off. */
const IN_FLIGHT = 12;
/** A frame without an answer is given up after this. */
const STALLED_MS = 30_000;
/** As cameras have it. */
export const DEADLINE_MS = 2_000;

/** As many frames as the target can take: each answer is followed by the next frame. @param watched by a viewer. */
export async function saturate(
  target: Target,
  jpegs: Uint8Array[],
  { watched = false, ...times }: Times & { watched?: boolean },
): Promise<Window> {
  const answers: Answer[] = [];
  const ends = createEnds();
  const viewer = watched ? await target.openViewer?.(() => {}) : undefined;
  const stop = target.onAnswer((answer) => {
    answers.push(answer);
    ends.end();
  });
  const load = startClosedLoad(IN_FLIGHT, async (number) => {
    const ended = ends.wait();
    const jpeg = jpegs[number % jpegs.length]!;
    const sent = await target.send({ jpeg, captured_at: Date.now(), camera_id: 'bench' }).catch(() => 'refused');
    if (sent === 'taken') await ended;
    else ends.end();
  });
  const window = await measure(target, answers, times);
  await load.stop(STALLED_MS);
  stop();
  await viewer?.close();
  return { ...window, offered: window.answers.length, refused: 0, shed: 0 };
}

export interface Steady extends Times {
  /** Frames a second, over all cameras. */
  rate: number;
  cameras: number;
}

/**
 * Live frames at a steady rate, whatever comes back; each has a deadline. Answers are taken where they are shown: at a viewer, or at the
 * result queue where there is none.
 */
export async function offer(target: Target, jpegs: Uint8Array[], steady: Steady): Promise<Window> {
  const answers: Answer[] = [];
  const collect = (answer: Answer) => void answers.push(answer);
  const viewer = await target.openViewer?.(collect);
  const stop = viewer ? undefined : target.onAnswer(collect);
  const fates = { taken: 0, refused: 0, shed: 0 };
  const load = startOpenLoad(steady.rate, async (number) => {
    const captured_at = Date.now();
    const jpeg = jpegs[number % jpegs.length]!;
    const camera_id = `bench-${number % steady.cameras}`;
    const frame = { jpeg, captured_at, camera_id, deadline_ms: captured_at + DEADLINE_MS };
    fates[await target.send(frame).catch(() => 'refused' as const)]++;
  });
  const count = () => ({ offered: load.sent, refused: fates.refused, shed: fates.shed });
  let before = count();
  const window = await measure(target, answers, steady, () => {
    before = count();
  });
  const after = count();
  await Promise.all([load.stop(), target.clear()]);
  await viewer?.close();
  stop?.();
  return {
    ...window,
    offered: after.offered - before.offered,
    refused: after.refused - before.refused,
    shed: after.shed - before.shed,
  };
}

/** Empties `answers` after the warm-up and gives those of the window. @param onBegin called when the window begins. */
async function measure(target: Target, answers: Answer[], { warmUpMs, windowMs }: Times, onBegin = () => {}) {
  await sleep(warmUpMs);
  answers.length = 0;
  onBegin();
  const processes = target.processes();
  const before = readCpu(processes);
  const begin = performance.now();
  await sleep(windowMs);
  const cpu = cpuBetween(before, readCpu(processes));
  const seconds = (performance.now() - begin) / 1000;
  const within = answers.slice();
  return { rate: rateOf(within), answers: within, cpu, seconds };
}

/** From the first to the last: at a few frames a second a whole number of them hardly fits the window. */
function rateOf(answers: Answer[]): number {
  const seen = answers.filter(({ outcome }) => outcome === 'detected').map(({ seenAt }) => seenAt);
  if (seen.length < 2) return 0;
  return (1000 * (seen.length - 1)) / (seen.at(-1)! - seen[0]!);
}
