import { resolve } from 'node:path';

const startedAt = performance.now();

/** Progress, a line with the seconds since the start before it. */
export const say = (line: string) =>
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);

/** A folder as whoever runs the command means it, who may stand elsewhere than npm. */
export const fromCaller = (folder: string | undefined) => folder && resolve(process.env.INIT_CWD ?? '.', folder);

/** Runs a command to its end. The exit code is 0, or 1 where `main` resolves to false or throws. */
export async function runCommand(main: () => Promise<unknown>): Promise<never> {
  try {
    process.exit((await main()) === false ? 1 : 0);
  } catch (error) {
    process.stderr.write(`framewire: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** The value of an option. @throws Error that names the option, where it is not a number above 0. */
export function readNumber(option: string, text: string): number {
  if (Number(text) > 0) return Number(text);
  throw new Error(`--${option} ${text}: allowed: a number above 0`);
}

/** The value of an option. @throws Error that names the option, where it is not a whole number from `min` on. */
export function readWhole(option: string, text: string, min = 0): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min) return number;
  throw new Error(`--${option} ${text}: allowed: a whole number from ${min} on`);
}
