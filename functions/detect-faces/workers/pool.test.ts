import { pathToFileURL } from 'node:url';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram } from '@framewire/testkit';
import { pino } from 'pino';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FrameError } from '../jpeg/failure.ts';
import { createPool, type Pool } from './pool.ts';

let pool: Pool;
let worker: URL;
beforeAll(async () => {
  const build = await buildProgram({ part: 'functions/detect-faces', programs: ['testing/misbehaving-worker.ts'] });
  worker = pathToFileURL(build.file);
  return build.remove;
});
afterEach(() => pool?.close());

const start = async (options: { size?: number; maxInFlight?: number; timeLimit?: number; unusable?: string } = {}) => {
  const { unusable, ...rest } = options;
  pool = await createPool({
    worker,
    workerData: { unusable },
    size: 1,
    maxInFlight: 100,
    timeLimit: 10_000,
    log: pino({ level: 'silent' }),
    ...rest,
  });
};
const header = { width: 1, height: 1, components: 1, progressive: false, orientation: 1, segments: [] };
const run = (order: string, options = {}) => pool.run({ ...header, bytes: new TextEncoder().encode(order) }, options);
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: FrameError) => error.failure,
  );

describe('a pool of workers', () => {
  it('answers each frame with its own result, and says how long it waited', async () => {
    await start({ size: 2 });
    const orders = ['a', 'bb', 'wait', 'dddd', 'eeeee', 'ffffff'];
    const found = await Promise.all(orders.map((order) => run(order)));
    expect(found.map(({ image }) => image.width)).toEqual(orders.map((order) => order.length));
    expect(found.every(({ stages }) => stages.wait! >= 0)).toBe(true);
    expect(pool).toMatchObject({ detector: 'obedient', size: 2, ready: 2, inFlight: 0, full: false });
  });

  it('refuses a bad picture and keeps the worker', async () => {
    await start();
    expect(await failureOf(run('bad'))).toBe('damaged');
    expect((await run('good')).image.width).toBe(4);
  });

  it.each(['exit', 'throw', 'abort', 'segv', 'give up'])(
    'a worker that dies (%s) costs its one frame and is replaced',
    async (order) => {
      await start();
      const outcomes = [run('first'), run(order), run('third'), run('fourth')].map(failureOf);
      expect(await Promise.all(outcomes)).toEqual(['none', 'worker_died', 'none', 'none']);
      expect(pool.ready).toBe(1);
    },
  );

  it('a worker that hangs costs its one frame and is replaced', async () => {
    await start({ timeLimit: 2_000 });
    const outcomes = [run('first'), run('hang'), run('third')].map(failureOf);
    expect(await Promise.all(outcomes)).toEqual(['none', 'time_limit', 'none']);
    await waitFor('the replacement', () => pool.ready === 1);
  });

  it('refuses what no worker is free for while one hangs after the other', async () => {
    await start({ timeLimit: 1_000 });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => failureOf(run('hang'))));
    expect([outcomes[0], outcomes.at(-1)]).toEqual(['time_limit', 'no_worker']);
    expect(pool.inFlight).toBe(0);
  });

  it('replaces workers however often they die', async () => {
    await start({ size: 2 });
    const orders = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'exit' : 'fine'));
    const outcomes = await Promise.all(orders.map((order) => failureOf(run(order))));
    expect(outcomes).toEqual(orders.map((order) => (order === 'exit' ? 'worker_died' : 'none')));
    await waitFor('both workers', () => pool.ready === 2);
    expect(pool.inFlight).toBe(0);
  });

  it('refuses above its limit, and takes frames again when there is room', async () => {
    await start({ maxInFlight: 2 });
    const taken = [run('wait'), run('wait')];
    expect(pool.full).toBe(true);
    expect(await failureOf(run('more'))).toBe('busy');
    await Promise.all(taken);
    expect(await failureOf(run('more'))).toBe('none');
  });

  it('does not work on what waited beyond its deadline, or for a caller that has disconnected', async () => {
    await start();
    const first = run('wait');
    const late = failureOf(run('late', { deadline: Date.now() + 1 }));
    const caller = new AbortController();
    const orphan = failureOf(run('orphan', { caller: caller.signal }));
    caller.abort();
    await first;
    expect(await late).toBe('deadline');
    expect(await orphan).toBe('incomplete');
    expect(pool.inFlight).toBe(0);
  });

  it('does not start with a worker that cannot load, and passes on its words', async () => {
    await expect(start({ unusable: 'no such weights' })).rejects.toThrow('no such weights');
  });

  it('refuses what waits when it ends', async () => {
    await start();
    const outcomes = [run('wait'), run('waits in line')].map(failureOf);
    await pool.close();
    expect(await Promise.all(outcomes)).toEqual(['worker_died', 'no_worker']);
    expect(await failureOf(run('after'))).toBe('no_worker');
  });
});
