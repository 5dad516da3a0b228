import { sleep } from '@framewire/runtime/process';
import { type CpuTimes, cpuBetween, readCpu } from './cpu.ts';
import type { Answer, Subject } from './targets/target.ts';

/** What one window of load showed. */
export interface Window {
  /** Answers that say `detected`, a second. */
  rate: number;
  /** All answers within the window. */
  answers: Answer[];
  offered: number;
  /** Frames that the broker refused. */
  refused: number;
  /** Frames that were let go before anything was sent. */
  shed: number;
  cpu: CpuTimes;
  /** How long the window was open. */
  seconds: number;
}

/** Frames under way at once: enough that no replica ever waits for one, and soon worked off. */
const UNDER_WAY = 12;
/** A frame that has no answer after so long is given up. */
const STALLED_MS = 30_000;
/** As cameras have it. */
const DEADLINE_MS = 2_000;

/** As many frames as it can take: each answer is followed by the next frame. @param options.watched by a viewer. */
export async function saturate(
  subject: Subject,
  jpegs: Uint8Array[],
  { warmUpMs, windowMs, watched = false }: { warmUpMs: number; windowMs: number; watched?: boolean },
): Promise<Window> {
  const answers: Answer[] = [];
  let sent = 0;
  let answered = 0;
  let running = true;
  const send = () => {
    const jpeg = jpegs[sent++ % jpegs.length]!;
    void subject.send({ jpeg, capturedAt: Date.now(), cameraId: 'bench' }).then(
      (sent) => sent === 'taken' || answered++,
      () => answered++,
    );
  };
  const viewer = watched ? await subject.openViewer?.(() => {}) : undefined;
  const stop = subject.onAnswer((answer) => {
    answered++;
    answers.push(answer);
    if (running) send();
  });
  for (let i = 0; i < UNDER_WAY; i++) send();
  await sleep(warmUpMs);
  answers.length = 0;
  const window = openWindow(subject);
  await sleep(windowMs);
  const { cpu, seconds } = window.close();
  const within = answers.slice();
  running = false;
  for (const end = Date.now() + STALLED_MS; answered < sent && Date.now() < end; ) await sleep(20);
  stop();
  await viewer?.close();
  return { rate: rateOf(within), answers: within, offered: within.length, refused: 0, shed: 0, cpu, seconds };
}

export interface Steady {
  /** Frames a second, over all cameras. */
  rate: number;
  windowMs: number;
  warmUpMs: number;
  cameras: number;
  /** Whether frames are worth nothing once 2 s old, as a camera's are. */
  live: boolean;
}

/** Frames at a steady rate, whatever comes back, seen where they are shown: by a viewer, or at the result queue where there is none. */
export async function offer(subject: Subject, jpegs: Uint8Array[], steady: Steady): Promise<Window> {
  const { rate, warmUpMs, windowMs, cameras, live } = steady;
  const answers: Answer[] = [];
  const collect = (answer: Answer) => void answers.push(answer);
  const viewer = await subject.openViewer?.(collect);
  const stop = viewer ? undefined : subject.onAnswer(collect);
  let sent = 0;
  const became = { taken: 0, refused: 0, shed: 0 };
  const send = () => {
    const capturedAt = Date.now();
    const cameraId = `bench-${sent % cameras}`;
    const jpeg = jpegs[sent++ % jpegs.length]!;
    const deadline = live ? capturedAt + DEADLINE_MS : undefined;
    void subject.send({ jpeg, capturedAt, cameraId, deadline }).then(
      (sent) => became[sent]++,
      () => became.refused++,
    );
  };

  const begin = performance.now();
  const due = () => Math.floor(((performance.now() - begin) * rate) / 1000);
  let begun = 0;
  const pacer = setInterval(() => {
    for (const until = due(); begun < until; begun++) send();
  }, 2);
  await sleep(warmUpMs);
  answers.length = 0;
  const before = { sent, ...became };
  const window = openWindow(subject);
  await sleep(windowMs);
  const { cpu, seconds } = window.close();
  const within = answers.slice();
  clearInterval(pacer);
  const offered = sent - before.sent;
  const { refused, shed } = became;
  await subject.clear();
  await viewer?.close();
  stop?.();
  return {
    rate: rateOf(within),
    answers: within,
    offered,
    refused: refused - before.refused,
    shed: shed - before.shed,
    cpu,
    seconds,
  };
}

function openWindow(subject: Subject) {
  const processes = subject.processes();
  const before = readCpu(processes);
  const begin = performance.now();
  return {
    close: () => ({ cpu: cpuBetween(before, readCpu(processes)), seconds: (performance.now() - begin) / 1000 }),
  };
}

/** From the first to the last: at a few frames a second a whole number of them hardly fits the window. */
function rateOf(answers: Answer[]): number {
  const seen = answers.filter(({ outcome }) => outcome === 'detected').map(({ seenAt }) => seenAt);
  if (seen.length < 2) return 0;
  return ((seen.length - 1) * 1000) / (seen.at(-1)! - seen[0]!);
}
