import { type Cause, cause, type Finding, type VerdictAnswer } from '@framewire/contract';
import { type Found, judge } from './causes.ts';
import type { Facts } from './facts.ts';

/** How often it looks, milliseconds. */
const LOOK_MS = 1_000;
/** Seconds that something has to be so before it is told: a burst or a pause of a program that passes is nobody's concern. */
const ENTER = 6;
/** What a part says of itself wavers less. Of replicas that do not answer the gateway may be the cause: that takes until it is asked. */
const ENTER_CERTAIN = 2;
const CERTAIN: readonly Cause[] = ['broker', 'gateway-away', 'connector', 'unaccounted', 'camera-offline'];
/** One look that sees it otherwise begins nothing anew, seconds. */
const GAP = 1.5;
/** Seconds for which it is not so any more before that is told: what comes again within them never went. */
const LEAVE = 8;

/** What holds the system back, as it is told. */
export interface Verdict {
  answer(): VerdictAnswer;
  /** Looks at the facts; once a second by itself. */
  look(): void;
  close(): void;
}

interface Held {
  found: Found;
  /** Seconds since the epoch: when it was so first, and when last. */
  since: number;
  lastSo: number;
  told: boolean;
}

/** Findings of one cause about one camera are one: which replica is worst may change while it lasts. */
export const keyOf = ({ cause, camera_id = '' }: Pick<Finding, 'cause' | 'camera_id'>) => `${cause} ${camera_id}`;

/**
 * The one place that says when what a rule finds is told, and for how long.
 * @param onChange a finding begins, or ends: then with when it was last so, seconds since the epoch.
 */
export function createVerdict(options: {
  facts: () => Facts;
  onChange: (finding: Finding, until?: number) => void;
  rules?: (facts: Facts) => Found[];
}): Verdict {
  const { facts, onChange, rules = judge } = options;
  let held = new Map<string, Held>();

  function look(): void {
    const now = facts();
    const before = held;
    held = new Map();
    for (const found of rules(now)) {
      const key = keyOf(found);
      const { since = now.now, told = false } = before.get(key) ?? {};
      before.delete(key);
      held.set(key, { found, since, lastSo: now.now, told });
    }
    for (const [key, one] of before) {
      if (now.now - one.lastSo < (one.told ? LEAVE : GAP)) held.set(key, one);
      else if (one.told) onChange(toFinding(one), one.lastSo);
    }
    for (const one of held.values()) {
      if (one.told || now.now - one.since < enterOf(one.found.cause)) continue;
      one.told = true;
      onChange(toFinding(one));
    }
  }

  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    look,
    answer: () => ({
      findings: [...held.values()]
        .filter(({ told }) => told)
        .sort((a, b) => rank(a) - rank(b))
        .map(toFinding),
    }),
    close: () => clearInterval(timer),
  };
}

const rank = ({ found }: Held) => cause.options.indexOf(found.cause);
const enterOf = (name: Cause) => (CERTAIN.includes(name) ? ENTER_CERTAIN : ENTER);
const toFinding = ({ found, since }: Held): Finding => ({ ...found, since });
