import type { CameraSpec } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import sharp from 'sharp';
import { startHttpCameras } from '../../testkit/cameras/http-cameras.ts';
import { putCamera } from '../../testkit/system/cameras.ts';
import { type CpuTimes, cpuBetween, readCpu } from '../../testkit/system/cpu.ts';
import { listProcesses } from '../../testkit/system/processes.ts';
import { startSystem } from '../../testkit/system/system.ts';
import type { Bench } from '../scenarios/scenario.ts';

export const CAMERAS = 16;
/** Frames a second of each. */
export const RATE = 2;
const NOISY_COPIES = 8;
const WARM_UP_MS = 5_000;

/** CPU of all parts, seconds of it a second, with the gate and without. */
export interface WholeSystem {
  on: CpuTimes[];
  off: CpuTimes[];
}

/** Cameras in front of which nothing moves, with the gate on and off by turns in one run. */
export async function measureSystem({ models, quick, rounds, frames, say }: Bench): Promise<WholeSystem> {
  const cameras = await startHttpCameras({ frames: await makeNoisy(frames.jpegs[0]!), every: 1000 / RATE });
  const detector = models ? 'yunet' : 'haar';
  const system = await startSystem({ args: ['--no-demo', '--detector', detector], models });
  const measured: WholeSystem = { on: [], off: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const gate of ['off', 'on'] as const) {
        const motion = gate === 'on' ? { motion: {} as CameraSpec['motion'] } : {};
        const spec = { url: cameras.url('plain'), fps: RATE, ...motion };
        for (let n = 0; n < CAMERAS; n++) await putCamera(system, `still-${n}`, spec as CameraSpec);
        await sleep(WARM_UP_MS);
        const seconds = quick ? 10 : 30;
        const processes = listProcesses(system.data);
        const before = readCpu(processes);
        await sleep(1000 * seconds);
        const used = cpuBetween(before, readCpu(processes));
        measured[gate].push(Object.fromEntries(Object.entries(used).map(([name, time]) => [name, time / seconds])));
        say(`gate ${gate}: ${(Object.values(measured[gate].at(-1)!).reduce((a, b) => a + b, 0)).toFixed(2)} CPUs`);
      }
    }
  } finally {
    await system.stop();
    await cameras.close();
  }
  return measured;
}

/** One picture with the grain of a sensor, which is another one in each frame. */
async function makeNoisy(jpeg: Uint8Array): Promise<Uint8Array[]> {
  const { width, height } = await sharp(jpeg).metadata();
  const create = { width, height, channels: 3 as const, background: '#808080' };
  return Promise.all(
    Array.from({ length: NOISY_COPIES }, async () => {
      const grain = await sharp({ create: { ...create, noise: { type: 'gaussian', mean: 128, sigma: 6 } } })
        .png()
        .toBuffer();
      return sharp(jpeg)
        .composite([{ input: grain, blend: 'soft-light' }])
        .jpeg({ quality: 82 })
        .toBuffer();
    }),
  );
}
