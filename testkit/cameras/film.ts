import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createScene } from '../frames/scene.ts';
import { end } from '../system/part.ts';

/** Frames of the drawn scene in a second of film. */
const FILM_FPS = 10;

/** Frames of a scene with people in it, as a camera would take them one after the other. */
export async function drawFrames(seed: string, count: number): Promise<Uint8Array[]> {
  const scene = createScene(seed);
  const frames: Uint8Array[] = [];
  for (let i = 0; i < count; i++) frames.push(await scene.draw(i / FILM_FPS));
  return frames;
}

/** Makes a film (H.264) of frames, in the format of the path's ending. */
export async function makeFilm(path: string, frames: Uint8Array[]): Promise<void> {
  const input = ['-f', 'image2pipe', '-c:v', 'mjpeg', '-r', String(FILM_FPS), '-i', 'pipe:0'];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', String(FILM_FPS), '-pix_fmt', 'yuv420p'];
  const child = spawn('ffmpeg', ['-loglevel', 'error', ...input, ...encode, '-y', path], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  for (const frame of frames) child.stdin.write(frame);
  child.stdin.end();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

/** Sends a film to an RTSP server round and round, as a camera's encoder does, until it is stopped. */
export function streamFilm(path: string, url: string): { stop(): Promise<void> } {
  const input = ['-re', '-stream_loop', '-1', '-i', path];
  const output = ['-c', 'copy', '-f', 'rtsp', '-rtsp_transport', 'tcp', url];
  const child = spawn('ffmpeg', ['-loglevel', 'error', ...input, ...output], { stdio: 'ignore' });
  return { stop: () => end(child, 'SIGKILL') };
}
