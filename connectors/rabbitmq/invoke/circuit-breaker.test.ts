import { describe, expect, it } from 'vitest';
import { createGate } from './circuit-breaker.ts';

const soon = () => Date.now() + 5_000;

describe('the gate', () => {
  it('lets everyone through while the calls get through', async () => {
    const gate = createGate(new AbortController().signal);
    expect(await Promise.all([gate.enter(soon()), gate.enter(soon())])).toEqual([{ probe: false }, { probe: false }]);
  });

  it('lets go who waits for it as soon as nobody waits for them', async () => {
    const gate = createGate(new AbortController().signal);
    gate.shut({ probe: false }, 60_000);
    const leaving = new AbortController();
    const entering = gate.enter(Date.now() + 60_000, leaving.signal);
    leaving.abort();
    expect(await entering).toBeUndefined();
    expect(await gate.enter(Date.now() + 60_000, leaving.signal)).toBeUndefined();
  });

  it('lets one probe through while it is shut, and the rest after it', async () => {
    const gate = createGate(new AbortController().signal);
    gate.shut({ probe: false });
    gate.shut({ probe: false }); // what left before it was shut finds no more than is known
    const passes: boolean[] = [];
    const all = [1, 2, 3].map(() =>
      gate.enter(soon()).then((pass) => {
        passes.push(pass!.probe);
        if (pass!.probe && passes.length < 3) gate.shut(pass!);
        else if (pass!.probe) gate.open();
      }),
    );
    await Promise.all(all);
    expect(passes).toEqual([true, true, true]); // each probe failed but the last
    expect(await gate.enter(soon())).toEqual({ probe: false });
  });

  it('opens for all at once when the probe gets through', async () => {
    const gate = createGate(new AbortController().signal);
    gate.shut({ probe: false });
    const entering = [1, 2, 3].map(() => gate.enter(soon()));
    expect(await Promise.race(entering)).toEqual({ probe: true });
    gate.open();
    expect((await Promise.all(entering)).filter((pass) => pass?.probe)).toHaveLength(1);
  });

  it('lets the next go as the probe when the one that was to go does not', async () => {
    const gate = createGate(new AbortController().signal);
    gate.shut({ probe: false });
    const entering = [1, 2].map(() => gate.enter(soon()));
    gate.leave((await Promise.race(entering))!);
    expect(await Promise.all(entering)).toEqual([{ probe: true }, { probe: true }]);
  });

  it('keeps nobody beyond their time, nor beyond its end', async () => {
    const ending = new AbortController();
    const gate = createGate(ending.signal);
    gate.shut({ probe: false }, 60_000);
    expect(await gate.enter(Date.now() + 20)).toBeUndefined();
    const waiting = gate.enter(Date.now() + 60_000);
    ending.abort();
    expect(await waiting).toBeUndefined();
  });
});
