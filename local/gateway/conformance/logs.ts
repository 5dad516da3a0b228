import { waitFor } from '@framewire/runtime/process';
import { describe, expect, it } from 'vitest';
import { PROBE, type Trial } from './trial.ts';

interface Message {
  name: string;
  namespace: string;
  instance: string;
  timestamp: string;
  text: string;
}

/** A function's log as lines of JSON: what was, and what comes. */
export function logContract(trial: Trial): void {
  const { system, target } = trial;
  const logs = (query: Record<string, string>) =>
    system('GET', `logs?${new URLSearchParams({ name: PROBE, namespace: target.namespace, ...query })}`);
  const read = async (query: Record<string, string>): Promise<Message[]> =>
    (await (await logs(query)).text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const write = async (text: string) => (await trial.invoke(`${PROBE}/log?text=${text}`)).text();

  describe.skipIf(target.onFaasd)('a log (faasd leaves it to journald)', () => {
    it('is what the replicas wrote, oldest first, with when and which', async () => {
      await write('one');
      await write('two');
      const lines = await waitFor('both lines', async () => {
        const found = await read({ follow: 'false' });
        return found.some(({ text }) => text.includes('"two"')) ? found : undefined;
      });
      const [first, second] = ['"one"', '"two"'].map((word) => lines.findIndex(({ text }) => text.includes(word)));
      expect(first).toBeGreaterThanOrEqual(0);
      expect(second).toBeGreaterThan(first!);
      const last = lines[second!]!;
      expect(last).toMatchObject({ name: PROBE, instance: expect.stringContaining(PROBE) });
      expect(Math.abs(Date.parse(last.timestamp) - Date.now())).toBeLessThan(300_000);
    });

    it('is as long as asked for', async () => {
      // the last line of each replica, or of all together; one that is about to leave may count
      const last = await read({ tail: '1' });
      expect(last.length).toBeGreaterThan(0);
      expect(new Set(last.map(({ instance }) => instance)).size).toBe(last.length);
      expect(await read({ since: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
      expect((await logs({ tail: 'many' })).status).toBeGreaterThanOrEqual(400);
    });

    it('is followed: what is written later comes later', async () => {
      const response = await logs({ follow: 'true', tail: '1' });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let seen = (await reader.read()).value ?? '';
      expect(seen).not.toContain('three');
      await write('three');
      while (!seen.includes('three')) {
        const { value, done } = await reader.read();
        if (done) break;
        seen += value;
      }
      expect(seen).toContain('three');
      await reader.cancel();
    });

    it('of nobody is refused', async () => {
      expect((await logs({ name: 'contract-nobody' })).status).toBeGreaterThanOrEqual(400);
    });
  });
}
