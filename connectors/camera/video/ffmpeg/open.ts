import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { createJpegSplitter, TOO_LARGE } from '../jpeg-splitter.ts';
import { createRateCap } from '../rate-cap.ts';
import type { OpenSourceFn } from '../source.ts';
import { type Invocation, LOOP } from './arguments.ts';
import { ADDRESS_FD, hideAddress } from './hidden-address.ts';
import { createRawFrames } from './raw-frames.ts';
import { isProblem, reasonOf, reasonOfSpawn } from './reason.ts';
import { createSizes, type Sizes } from './sizes.ts';

/** Problems on ffmpeg's standard error that are kept for the reason. */
const PROBLEMS = 40;
/** How long ffmpeg may take to end by itself, milliseconds: a V4L2 driver can hold it. */
const GRACE = 500;
/** A live source whose pictures change their size twice within this time does so all the time, milliseconds. */
const OFTEN = 10 * 60_000;
/** A film shorter than this is repeated by ffmpeg itself: a process for each round would cost too much. Milliseconds. */
const SHORT = 2_000;
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

export interface FfmpegOptions {
  /** Name or path of the program. */
  ffmpeg: string;
  invocations: Invocation[];
  fps: number;
  /** Whether an end without an error is the end of the film, or a stream that broke off. */
  ends: boolean;
  /** When reopened, it continues with the present and not from its beginning. */
  live: boolean;
}

/** A source that is an ffmpeg process of its own, which writes pictures into a pipe. */
export function openFfmpeg({ ffmpeg, invocations, fps, ends, live }: FfmpegOptions): OpenSourceFn {
  let chosen = 0; // what worked is kept for the next time
  let changed = live ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;

  /**
   * Whether ffmpeg's own loop repeats the film. A longer one is restarted by us: where time goes back within it, ffmpeg takes it for
   * longer than it is, and would wait between rounds.
   */
  let isShort = false;

  /** Pictures of another size come: the encoder's is fixed, so the next process begins with the new one, or leaves encoding to us. */
  function adapt(): void {
    const now = performance.now();
    if (now - changed < OFTEN && chosen + 1 < invocations.length) chosen++;
    changed = now;
  }

  return ({ onFrame, onRestart, onEnd }) => {
    let child: ChildProcess | undefined;
    let closed = false;
    start();

    function start(): void {
      const { args: wanted, output } = invocations[chosen]!;
      const args = isShort || !wanted.includes(LOOP) ? wanted : withoutLoop(wanted);
      const began = performance.now();
      const mayPass = output === 'copies' ? createRateCap(fps) : () => true; // ffmpeg itself caps what it encodes
      const sizes = createSizes();
      let pictures = 0;
      let over: 'other-video' | 'other-size' | undefined;
      const started = spawnTied(ffmpeg, args);
      child = started;
      const isCurrent = () => !closed && started === child && !over;
      started.on('error', (error) => end(reasonOfSpawn(error)));
      if (!started.stdout || !started.stderr) return; // there were no files left for its pipes: the error says so

      const onJpeg = (jpeg: Buffer) =>
        afterWords(() => {
          if (!isCurrent() || !mayPass()) return;
          pictures++;
          onFrame(jpeg);
        });
      const reader = createReader(output, sizes, onJpeg, end);
      started.stdout.on('data', (chunk: Buffer) => isCurrent() && reader.push(chunk));

      const problems: string[] = [];
      // the end of the process says more
      for (const stream of [started.stdout, started.stderr]) stream.on('error', () => {});
      const lines = createInterface({ input: started.stderr }).on('error', () => {});
      lines.on('line', (line) => {
        if (isProblem(line) && problems.push(line) > PROBLEMS) problems.shift();
        if (over) return;
        sizes.read(line);
        if (output === 'copies' && isOtherVideo(line)) over = 'other-video';
        else if (output === 'jpegs' && sizes.squeezed) over = 'other-size';
        if (over) started.kill('SIGKILL');
      });

      started.on('close', (code) =>
        afterWords(() => {
          if (closed) return;
          if (over) {
            if (over === 'other-size') adapt();
            else if (chosen + 1 < invocations.length) chosen++;
            restart();
          } else if (code === 0 && args !== wanted && pictures > 0) {
            isShort = performance.now() - began < SHORT;
            restart();
          } else if (code === 0) end(ends ? undefined : reasonOf(problems, 'the stream ended'));
          else end(reasonOf(problems, `ffmpeg ended (${code ?? started.signalCode})`));
        }),
      );
    }

    function restart(): void {
      onRestart();
      try {
        start();
      } catch (error) {
        end(reasonOfSpawn(error as Error));
      }
    }

    function end(reason: string | undefined): void {
      if (closed) return;
      closed = true;
      onEnd(reason);
    }

    return {
      async close() {
        closed = true;
        if (child) await stop(child);
      },
    };
  };
}

function createReader(
  output: Invocation['output'],
  sizes: Sizes,
  onJpeg: (jpeg: Buffer) => void,
  end: (reason: string) => void,
): { push(chunk: Buffer): void } {
  return output === 'raw'
    ? createRawFrames({ sizeOf: sizes.of, onJpeg, onProblem: end })
    : createJpegSplitter({ onJpeg, onTooLarge: () => end(TOO_LARGE) });
}

/**
 * Runs it after everything that ffmpeg had written to standard error before the last read of standard output has been read too. That is in
 * the pipe by now, and between two immediates the event loop reads every pipe once.
 */
function afterWords(work: () => void): void {
  setImmediate(() => setImmediate(work));
}

/** On Linux the kernel ends it when this process ends, however that happens. Elsewhere it ends at its next write into the closed pipe. */
function spawnTied(program: string, visible: string[]): ChildProcess {
  const { args, list } = hideAddress(visible);
  const stdio: SpawnOptions['stdio'] = ['ignore', 'pipe', 'pipe'];
  if (list !== undefined) stdio[ADDRESS_FD] = 'pipe';
  const options: SpawnOptions = { stdio, env: publicEnvironment() };
  const child = SETPRIV
    ? spawn(SETPRIV, ['--pdeathsig', 'KILL', '--', program, ...args], options)
    : spawn(program, args, options);
  const pipe = list === undefined ? undefined : (child.stdio?.[ADDRESS_FD] as Writable | undefined);
  pipe?.on('error', () => {}); // it has ended, and says why elsewhere
  pipe?.end(list);
  return child;
}

/** ffmpeg reads what strangers send, so it gets none of our passwords and keys. */
function publicEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'http_proxy', 'no_proxy'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** The arguments that play it once. */
const withoutLoop = (args: string[]) => args.filter((arg, i) => arg !== LOOP && args[i - 1] !== LOOP);

/** What ffmpeg says when a stream that was to be copied is no MJPEG. */
const isOtherVideo = (line: string) =>
  /Video: (?!mjpeg)\w/.test(line) || /Cannot find a proper format for codec 'mjpeg'/.test(line);

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await exited;
  clearTimeout(impatience);
}
