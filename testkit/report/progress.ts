import { resolve } from 'node:path';

const startedAt = performance.now();

/** Progress, a line with the seconds since the start before it. */
export const say = (line: string) =>
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);

/** A folder as whoever runs the command means it, who may stand elsewhere than npm. */
export const fromCaller = (folder: string | undefined) => folder && resolve(process.env.INIT_CWD ?? '.', folder);
