import { fork } from 'node:child_process';
import { once } from 'node:events';
import { buildProgram, type TestProgram } from '@framewire/testkit';
import { expect, it } from 'vitest';

const PROGRAM = `
import { sendToParent } from '@framewire/runtime/process';
process.on('disconnect', () => {
  sendToParent({ late: true });
  setTimeout(() => process.exit(7), 50);
});
sendToParent({ early: true });`;

it('a message to a parent that has exited does not end the process', async () => {
  const program: TestProgram = await buildProgram({ source: PROGRAM });
  try {
    const child = fork(program.file, { silent: true });
    expect((await once(child, 'message'))[0]).toEqual({ early: true });
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([7, null]);
  } finally {
    program.remove();
  }
});
