import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { noPostgres, startPostgres, type TestPostgres } from '@framewire/testkit/databases/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../store/database.ts';
import { openDatabase } from '../store/open-database.ts';
import { backOff, readRetryAfter } from './back-off.ts';
import { createDispatcher } from './dispatcher.ts';
import { createDeliveryList } from './list.ts';
import { createDeliveryMetrics } from './metrics.ts';
import { type Claimed, createOutbox, LEASE_MS } from './outbox.ts';
import { tidyDeliveries } from './retention.ts';
import type { Attempt } from './sender.ts';
import { migrateDeliveries } from './tables.ts';
import { testEventOf } from './testing/event.ts';

let postgres: TestPostgres | undefined;
let folder: string;
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-deliveries-'));
  if (!noPostgres) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const DAY_MS = 86_400_000;
const good: Attempt = { ok: true, message: 'it took it' };
const bad: Attempt = { ok: false, reason: 'it is away' };

const kinds = [
  { kind: 'sqlite', skip: undefined, where: async () => ({ file: join(folder, `${++count}.sqlite`) }) },
  { kind: 'postgres', skip: noPostgres, where: async () => ({ url: await postgres!.createDatabase(`d${++count}`) }) },
] as const;

for (const { kind, skip, where } of kinds)
  describe.skipIf(skip)(`deliveries: ${kind}`, () => {
    let database: Database;
    let clock: number;
    const now = () => clock;
    beforeEach(async () => {
      clock = 1_795_639_550_000;
      database = openDatabase(await where(), silentLog);
      await migrateDeliveries(database);
    });
    afterEach(() => database.close());

    const outboxOf = (node_id = 'a') => createOutbox({ database, node_id, maxAgeMs: DAY_MS, now });
    const list = () => createDeliveryList({ database, maxAgeMs: DAY_MS, now });
    const add = (target_id: string, event = testEventOf()) =>
      database.transaction((tx) =>
        outboxOf().add(tx, {
          event_id: event.id,
          event,
          rule_id: 'r',
          target_id,
          kind: 'webhook',
          receiver: target_id,
        }),
      );
    const dispatcherOf = (attempt: (claimed: Claimed) => Promise<Attempt>, node_id = 'a', maxAttempts = 60) =>
      createDispatcher({
        outbox: outboxOf(node_id),
        attempt,
        maxAttempts,
        metrics: createDeliveryMetrics(createRegistry()),
        log: silentLog,
        now,
        random: () => 0,
        automatic: false,
      });
    const states = async () => (await list().page({ limit: 100 })).deliveries.map(({ state }) => state).reverse();

    it('are added once for each event and target, and with the transaction or not at all', async () => {
      const event = testEventOf();
      expect([await add('t', event), await add('t', event), await add('u', event)]).toEqual([true, false, true]);
      const failing = database.transaction(async (tx) => {
        const other = testEventOf();
        await outboxOf().add(tx, {
          event_id: other.id,
          event: other,
          rule_id: 'r',
          target_id: 't',
          kind: 'webhook',
          receiver: 't',
        });
        throw new Error('the sighting cannot be written');
      });
      await expect(failing).rejects.toThrow('cannot be written');
      expect(await states()).toEqual(['waiting', 'waiting']);
    });

    it('to a receiver that is away for ten minutes arrive in order, once each, soon after it is back', async () => {
      const events = [testEventOf(), testEventOf(), testEventOf()];
      for (const event of events) await add('t', event);
      const back = clock + 600_000;
      const took: string[] = [];
      let attempts = 0;
      const dispatcher = dispatcherOf(async ({ event_id }) => {
        attempts++;
        if (clock < back) return bad;
        took.push(event_id);
        return good;
      });
      for (; took.length < 3 && clock < back + DAY_MS; clock += 1_000) await dispatcher.turn();
      expect(took).toEqual(events.map(({ id }) => id));
      expect(attempts).toBeLessThan(15); // 1, 2, 4, ... 512 s
      expect(clock - back).toBeLessThan(520_000);
      expect(await states()).toEqual(['delivered', 'delivered', 'delivered']);
    });

    it('to one that hangs hold up no other target', async () => {
      await add('slow');
      for (let i = 0; i < 3; i++) await add('quick');
      let release = () => {};
      const hangs = new Promise<void>((resolve) => {
        release = resolve;
      });
      const took: string[] = [];
      const dispatcher = dispatcherOf(async ({ target_id }) => {
        if (target_id === 'slow') await hangs;
        took.push(target_id);
        return good;
      });
      const first = dispatcher.turn();
      while (took.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
      const more = Promise.all([dispatcher.turn(), dispatcher.turn()]);
      while (took.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(new Set(took)).toEqual(new Set(['quick']));
      release();
      await Promise.all([first, more]);
      expect(took).toContain('slow');
    });

    it('wait as long as the receiver asks', async () => {
      await add('t');
      let attempts = 0;
      const dispatcher = dispatcherOf(async () => {
        attempts++;
        return { ...bad, retryAfterMs: 120_000 };
      });
      await dispatcher.turn();
      clock += 119_000;
      await dispatcher.turn();
      expect(attempts).toBe(1);
      clock += 1_000;
      await dispatcher.turn();
      expect(attempts).toBe(2);
    });

    it('are given up after so many attempts, after a day, or at once where the receiver says so', async () => {
      await add('tried');
      const few = dispatcherOf(async () => bad, 'a', 3);
      for (let i = 0; i < 10; i++, clock += 60_000) await few.turn();
      await add('old');
      const never = dispatcherOf(async () => bad, 'a', 1_000);
      for (let i = 0; i < 60; i++, clock += 1_800_000) await never.turn();
      await add('refused');
      await dispatcherOf(async () => ({ ok: false, reason: 'it says 410', final: true })).turn();
      expect(await states()).toEqual(['dead', 'dead', 'dead']);
      const [refused, old, tried] = (await list().page({ state: 'dead', limit: 10 })).deliveries;
      expect(tried).toMatchObject({ attempts: 3, reason: '3 attempts failed; the last one: it is away' });
      expect(old?.reason).toContain('too old');
      expect(refused).toMatchObject({ attempts: 1, reason: 'it says 410' });
    });

    it('that were given up can be sent again by hand, with all attempts', async () => {
      await add('t');
      await dispatcherOf(async () => ({ ...bad, final: true })).turn();
      const [dead] = (await list().page({ limit: 1 })).deliveries;
      expect(await list().counts()).toMatchObject({ waiting: 0, dead: 1 });
      expect(await list().retry(dead!.id)).toBe(true);
      expect(await list().retry(dead!.id)).toBe(false);
      await dispatcherOf(async () => good).turn();
      expect(await list().find(dead!.id)).toMatchObject({ state: 'delivered', attempts: 1, event_id: dead!.event_id });
    });

    it('that a killed process held are attempted by another one once the lease has ended', async () => {
      await add('t');
      expect(await outboxOf('killed').claim(10)).toHaveLength(1);
      const took: string[] = [];
      const other = dispatcherOf(async ({ event_id }) => {
        took.push(event_id);
        return good;
      }, 'b');
      await other.turn();
      expect(took).toEqual([]);
      clock += LEASE_MS;
      await other.turn();
      expect(took).toHaveLength(1);
    });

    it('are attempted by one of several replicas', async () => {
      for (let i = 0; i < 20; i++) await add(`t${i}`);
      const took: string[] = [];
      const replicas = ['a', 'b', 'c'].map((node) =>
        dispatcherOf(async ({ target_id }) => {
          took.push(target_id);
          return good;
        }, node),
      );
      await Promise.all(replicas.map((one) => one.turn()));
      expect([...took].sort()).toEqual([...new Set(took)].sort());
      expect(took).toHaveLength(20);
    });

    it('are kept for a while and within a bound', async () => {
      for (let i = 0; i < 6; i++) await add('t');
      for (let i = 0; i < 3; i++) await dispatcherOf(async () => good).turn();
      clock += 1;
      const bounds = { database, keepMs: DAY_MS, now: clock, maxWaiting: 2, maxEnded: 2 };
      expect(await tidyDeliveries(bounds)).toEqual({ removed: 1, givenUp: 1 });
      expect(await states()).toEqual(['delivered', 'delivered', 'dead', 'waiting', 'waiting']);
      expect(await tidyDeliveries({ ...bounds, now: clock + 2 * DAY_MS })).toMatchObject({ removed: 3 });
    });

    it('are listed page by page, of one rule or state', async () => {
      for (let i = 0; i < 5; i++) await add('t');
      const first = await list().page({ limit: 3 });
      expect(first.deliveries).toHaveLength(3);
      const second = await list().page({ limit: 3, before: first.next! });
      expect(second.deliveries).toHaveLength(2);
      expect(second).not.toHaveProperty('next');
      expect((await list().page({ rule: 'other', limit: 3 })).deliveries).toEqual([]);
      expect((await list().page({ state: 'dead', limit: 3 })).deliveries).toEqual([]);
    });
  });

describe('the pause between two attempts', () => {
  it('doubles up to half an hour, is up to half shorter by chance, and is as long as is asked', () => {
    expect([1, 2, 3, 11, 12, 500].map((n) => backOff(n, 0, () => 0) / 1000)).toEqual([1, 2, 4, 1024, 1800, 1800]);
    expect(backOff(1, 0, () => 1)).toBe(500);
    expect(backOff(1, 60_000)).toBe(60_000);
    expect(backOff(1, 1e12)).toBe(6 * 3_600_000);
  });

  it('is read from seconds or a date', () => {
    expect(readRetryAfter('120', 0)).toBe(120_000);
    expect(readRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 10_000)).toBe(50_000);
    expect([readRetryAfter('soon', 0), readRetryAfter(undefined, 0)]).toEqual([undefined, undefined]);
  });
});
