import { describe, expect, it } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.ts';

const soon = () => Date.now() + 5_000;

describe('the circuit breaker', () => {
  it('gives everyone a permit while it is closed', async () => {
    const breaker = createCircuitBreaker(new AbortController().signal);
    expect(breaker.state).toBe('closed');
    expect(await Promise.all([breaker.acquire(soon()), breaker.acquire(soon())])).toEqual([
      { trial: false },
      { trial: false },
    ]);
  });

  it('gives no permit to a waiter that is cancelled', async () => {
    const breaker = createCircuitBreaker(new AbortController().signal);
    breaker.onFailure({ trial: false }, 60_000);
    const cancelled = new AbortController();
    const acquiring = breaker.acquire(Date.now() + 60_000, cancelled.signal);
    cancelled.abort();
    expect(await acquiring).toBeUndefined();
    expect(await breaker.acquire(Date.now() + 60_000, cancelled.signal)).toBeUndefined();
  });

  it('permits one trial at a time while it is open, and the rest after it', async () => {
    const breaker = createCircuitBreaker(new AbortController().signal);
    breaker.onFailure({ trial: false });
    expect(breaker.state).toBe('open');
    breaker.onFailure({ trial: false }); // what left before it opened finds no more than is known
    const trials: boolean[] = [];
    const all = [1, 2, 3].map(() =>
      breaker.acquire(soon()).then((permit) => {
        trials.push(permit!.trial);
        if (permit!.trial) expect(breaker.state).toBe('half-open');
        if (permit!.trial && trials.length < 3) breaker.onFailure(permit!);
        else if (permit!.trial) breaker.onSuccess();
      }),
    );
    await Promise.all(all);
    expect(trials).toEqual([true, true, true]); // each trial failed but the last
    expect(await breaker.acquire(soon())).toEqual({ trial: false });
  });

  it('closes for all at once when the trial gets through', async () => {
    const breaker = createCircuitBreaker(new AbortController().signal);
    breaker.onFailure({ trial: false });
    const acquiring = [1, 2, 3].map(() => breaker.acquire(soon()));
    expect(await Promise.race(acquiring)).toEqual({ trial: true });
    breaker.onSuccess();
    expect(breaker.state).toBe('closed');
    expect((await Promise.all(acquiring)).filter((permit) => permit?.trial)).toHaveLength(1);
  });

  it('permits another trial when the first is released', async () => {
    const breaker = createCircuitBreaker(new AbortController().signal);
    breaker.onFailure({ trial: false });
    const acquiring = [1, 2].map(() => breaker.acquire(soon()));
    breaker.release((await Promise.race(acquiring))!);
    expect(await Promise.all(acquiring)).toEqual([{ trial: true }, { trial: true }]);
  });

  it('ignores a trial that ends after the circuit closed', async () => {
    const breaker = createCircuitBreaker(new AbortController().signal);
    breaker.onFailure({ trial: false });
    const trial = (await breaker.acquire(soon()))!;
    breaker.onSuccess(); // of an invocation that left before the circuit opened
    breaker.release(trial);
    expect(breaker.state).toBe('closed');
  });

  it('keeps nobody beyond their time, nor beyond its end', async () => {
    const ending = new AbortController();
    const breaker = createCircuitBreaker(ending.signal);
    breaker.onFailure({ trial: false }, 60_000);
    expect(await breaker.acquire(Date.now() + 20)).toBeUndefined();
    const waiting = breaker.acquire(Date.now() + 60_000);
    ending.abort();
    expect(await waiting).toBeUndefined();
  });
});
