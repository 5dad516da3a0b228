import type { Finding } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import type { Found } from './causes.ts';
import { factsOf, NOW } from './facts-for-tests.ts';
import { createVerdict } from './verdict.ts';

const finding = (some: Partial<Found> = {}): Found => ({
  cause: 'cpu',
  tone: 'warn',
  words: 'CPU is short.',
  advice: 'More cores help.',
  evidence: [],
  ...some,
});

/** A verdict that looks once a second while time passes. */
function setUp() {
  let [now, so]: [number, Found[]] = [NOW, []];
  const changes: [string, number | undefined][] = [];
  const verdict = createVerdict({
    facts: () => factsOf({ now }),
    rules: () => so,
    onChange: ({ cause }: Finding, until) => changes.push([cause, until && until - NOW]),
  });
  verdict.close(); // its own clock is not wanted here
  return {
    changes,
    verdict,
    told: () => verdict.answer().findings.map(({ cause }) => cause),
    /** So many seconds in which this is so. */
    pass(seconds: number, ...found: Found[]) {
      so = found;
      for (let n = 0; n < seconds; n++) {
        verdict.look();
        now += 1;
      }
    },
  };
}

describe('a finding', () => {
  it('is told once it has lasted, since it began, and until some seconds after it was so last', () => {
    const { pass, told, changes, verdict } = setUp();
    pass(6, finding());
    expect(told()).toEqual([]);
    pass(2, finding());
    expect(verdict.answer().findings).toEqual([{ ...finding(), since: NOW }]);
    pass(7);
    expect(told()).toEqual(['cpu']);
    pass(2);
    expect(told()).toEqual([]);
    expect(changes).toEqual([
      ['cpu', undefined],
      ['cpu', 7],
    ]);
  });

  it('is never told where it comes and goes', () => {
    const { pass, changes } = setUp();
    for (let n = 0; n < 100; n++) {
      pass(4, finding());
      pass(3);
    }
    expect(changes).toEqual([]);
  });

  it('is one while it wavers, with its present words', () => {
    const { pass, changes, verdict } = setUp();
    for (let n = 0; n < 20; n++) {
      pass(9, finding({ words: `At ${n}.`, node_id: `node-${n}` }));
      pass(6);
    }
    expect(changes).toEqual([['cpu', undefined]]);
    expect(verdict.answer().findings[0]).toMatchObject({ words: 'At 19.', since: NOW });
  });

  it('survives one look that sees it otherwise before it is told', () => {
    const { pass, told } = setUp();
    pass(4, finding());
    pass(1);
    pass(3, finding());
    expect(told()).toEqual(['cpu']);
  });

  it('that a part says of itself is told sooner', () => {
    const { pass, told } = setUp();
    pass(3, finding({ cause: 'broker', tone: 'bad' }));
    expect(told()).toEqual(['broker']);
  });

  it('of one camera is one, and what explains the others is first', () => {
    const { pass, verdict } = setUp();
    const silent = (camera_id: string) => finding({ cause: 'camera-silent', camera_id });
    pass(8, silent('a'), silent('b'));
    pass(7, finding({ cause: 'cpu' }), silent('a'));
    expect(verdict.answer().findings.map(({ cause, camera_id }) => [cause, camera_id])).toEqual([
      ['cpu', undefined],
      ['camera-silent', 'a'],
      ['camera-silent', 'b'],
    ]);
  });
});

describe('an hour', () => {
  /** The same each time. */
  function* noise(seed: number): Generator<number> {
    for (let state = seed; ; ) {
      state = (state * 1103515245 + 12345) % 2147483648;
      yield state / 2147483648;
    }
  }

  it('in which every third look sees something, none of it twice in a row, is told as well', () => {
    const { pass, changes } = setUp();
    const random = noise(7);
    for (let second = 0; second < 3_600; second += 3) {
      pass(1, finding({ cause: random.next().value! > 0.5 ? 'cpu' : 'gateway' }));
      pass(2);
    }
    expect(changes).toEqual([]);
  });
});
