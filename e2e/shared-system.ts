import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { ARTIFACTS } from '../testkit/system/paths.ts';
import { type SystemInfo, startSystem } from '../testkit/system/system.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The system that tests share which add the cameras they need and take them away again. */
    system: SystemInfo;
  }
}

/** Before all tests: one system without cameras. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  rmSync(ARTIFACTS, { recursive: true, force: true });
  const { output, exited, restart, stop, ...info } = await startSystem({ args: ['--no-demo', '--legacy-producers'] });
  process.stdout.write(`the system is up after ${info.seconds.toFixed(1)} s, from port ${info.base} on\n`);
  project.provide('system', info);
  return async () => {
    const code = await stop();
    if (code !== 0) throw new Error(`the system ended with exit code ${code}:\n${output()}`);
  };
}
