import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Invocation } from './arguments.ts';
import { ADDRESS_FD, hideAddress } from './hidden-address.ts';
import { createJpegSplitter, TOO_LARGE } from './jpeg-splitter.ts';
import { createRateCap } from './rate-cap.ts';
import { reasonOf, reasonOfSpawn } from './reason.ts';
import type { OpenSourceFn } from './source.ts';

/** Lines of ffmpeg's standard error that are kept for the reason. */
const LINES = 40;
/** How long ffmpeg may take to end by itself, milliseconds: a V4L2 driver can hold it. */
const GRACE = 500;
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

export interface FfmpegOptions {
  /** Name or path of the program. */
  ffmpeg: string;
  invocations: Invocation[];
  fps: number;
  /** Whether an end without an error is the end of the film, or a stream that broke off. */
  ends: boolean;
}

/** A source that is an ffmpeg process of its own, which writes JPEGs into a pipe. */
export function openFfmpeg({ ffmpeg, invocations, fps, ends }: FfmpegOptions): OpenSourceFn {
  let chosen = 0; // what worked is kept for the next time

  return ({ onFrame, onEnd }) => {
    let child: ChildProcess | undefined;
    let closed = false;
    start();

    function start(): void {
      const { args, copy } = invocations[chosen]!;
      const mayPass = copy ? createRateCap(fps) : () => true; // ffmpeg itself caps what it encodes
      const splitter = createJpegSplitter({
        onJpeg(jpeg) {
          if (!closed && started === child && mayPass()) onFrame(jpeg);
        },
        onTooLarge: () => end(TOO_LARGE),
      });
      const started = spawnTied(ffmpeg, args);
      child = started;
      started.on('error', (error) => end(reasonOfSpawn(error)));
      if (!started.stdout || !started.stderr) return; // there were no files left for its pipes: the error says so
      started.stdout.on('data', splitter.push);
      const stderr: string[] = [];
      let otherVideo = false;
      // the end of the process says more
      for (const stream of [started.stdout, started.stderr]) stream.on('error', () => {});
      const lines = createInterface({ input: started.stderr }).on('error', () => {});
      lines.on('line', (line) => {
        if (stderr.push(line) > LINES) stderr.shift();
        if (copy && !otherVideo && isOtherVideo(line)) {
          otherVideo = true;
          started.kill('SIGKILL');
        }
      });
      started.on('close', (code) => {
        if (closed) return;
        if (otherVideo && chosen + 1 < invocations.length) {
          chosen++;
          try {
            start();
          } catch (error) {
            end(reasonOfSpawn(error as Error));
          }
        } else if (code === 0) end(ends ? undefined : reasonOf(stderr, 'the stream ended'));
        else end(reasonOf(stderr, `ffmpeg ended (${code ?? started.signalCode})`));
      });
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

/** Linux ends it with us, however we end; elsewhere it ends at its next write into a pipe that nobody reads. */
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

/** It reads what strangers send: our passwords and keys are none of its business. */
function publicEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'http_proxy', 'no_proxy'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

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
