import { spawn } from 'node:child_process';
import { waitFor } from '@framewire/runtime/process';
import { afterEach, describe, expect, it } from 'vitest';
import { type SupervisedProcess, supervise } from './supervised-process.ts';

let kept: SupervisedProcess;
afterEach(() => kept.stop(0));

const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });

describe('a process that is kept', () => {
  it('is tried again where it could not be started: no descriptor or no room on the disk was left', async () => {
    let tries = 0;
    const ends: string[] = [];
    kept = supervise({
      name: 'probe',
      start() {
        if (++tries < 3) throw new Error('ENOSPC: no space left on device');
        return sleeper();
      },
      onEnd: (how) => ends.push(how),
    });
    await waitFor('the process', () => kept.child?.pid);
    expect(ends).toEqual(Array(2).fill('ENOSPC: no space left on device'));
  });

  it('goes on when it has an error that is not its end', async () => {
    kept = supervise({ name: 'probe', start: sleeper });
    const child = await waitFor('the process', () => kept.child);
    for (let n = 0; n < 2; n++) child.emit('error', new Error('kill EPERM'));
    expect(kept.child).toBe(child);
  });
});
