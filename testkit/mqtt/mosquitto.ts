import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../runtime/process/wait.ts';
import { freePort } from '../system/loopback.ts';

const PROGRAM = '/usr/sbin/mosquitto';

/** Why there is no Mosquitto; undefined where there is. */
export const noMosquitto = existsSync(PROGRAM) ? undefined : `${PROGRAM} is not installed`;

/** A Mosquitto on a port of its own. It keeps nothing when it dies. */
export interface Mosquitto {
  url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export async function startMosquitto(): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'framewire-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  let process: ChildProcess | undefined;

  async function start(): Promise<void> {
    process = spawn(PROGRAM, ['-c', config], { stdio: 'ignore' });
    process.on('error', () => {});
    await waitFor('Mosquitto', () => answers(port));
  }
  async function kill(): Promise<void> {
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  }
  await start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    start,
    kill,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
