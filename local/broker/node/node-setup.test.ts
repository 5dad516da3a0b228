import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, waitFor } from '@framewire/runtime/process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNodeSetup, type NodeSetup } from './node-setup.ts';

let folder: string;
let log: string;
let said: string[];
let prepared: NodeSetup;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-prepare-'));
  log = join(folder, 'rabbitmq.log');
  writeFileSync(log, '');
  said = [];
});
afterEach(() => {
  prepared.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(prepare: (isFirst: boolean) => Promise<void>, limits: { stalled: number; refused: number }) {
  prepared = createNodeSetup({
    log,
    prepare,
    pid: () => undefined,
    say: (line) => said.push(line),
    limits: { ...limits, say: 200 },
  });
  prepared.begin();
}

const away = async () => {
  throw new Error('RabbitMQ at 127.0.0.1:15672 cannot be reached: connect ECONNREFUSED 127.0.0.1:15672');
};

it('a boot is waited for as long as it goes on, and it is said', async () => {
  const began = Date.now();
  start(
    async () => {
      appendFileSync(log, 'a line of the boot\n');
      if (Date.now() - began < 2_500) await away();
    },
    { stalled: 1_000, refused: 60_000 },
  );
  await prepared.first;
  expect(said[0]).toMatch(/^RabbitMQ still boots, \d+ s by now \(.*connect ECONNREFUSED 127.0.0.1:15672\)$/);
});

it('a setup that has stalled is given up, with a message', async () => {
  start(away, { stalled: 300, refused: 60_000 });
  await expect(prepared.first).rejects.toThrow(/RabbitMQ does not come up, and has done nothing for .*ECONNREFUSED/);
});

it('one that answers and refuses is given up with what it says', async () => {
  const refuse = async () => {
    throw new Error('RabbitMQ answered 400 to PUT queues/%2F/frame_queue: inequivalent arg');
  };
  start(refuse, { stalled: 60_000, refused: 300 });
  await expect(prepared.first).rejects.toThrow('inequivalent arg');
});

it('a later boot is prepared again, until that succeeds', async () => {
  const calls: boolean[] = [];
  let well = true;
  start(
    async (isFirst) => {
      calls.push(isFirst);
      if (!well) await away();
    },
    { stalled: 300, refused: 300 },
  );
  await prepared.first;
  well = false;
  prepared.begin();
  await waitFor('it to be tried beyond what a first boot is given', async () => {
    await sleep(100);
    return calls.length > 10;
  });
  well = true;
  const tried = calls.length;
  await waitFor('the last try', () => calls.length > tried);
  expect([calls[0], calls.at(-1)]).toEqual([true, false]);
});
