import type { Wound } from '@framewire/contract';
import { background, createTurns } from '@framewire/runtime/process';
import { sayFailures } from '../supervisor/failure-log.ts';

/** Ends a wound. Called once, when its time is over or it is healed before. */
export type Heal = () => void | Promise<void>;

/** Something that can be broken on purpose. */
export interface WoundKind {
  wound: Wound;
  /** What happens, in a sentence. */
  words: string;
  /** Breaks it. @param seconds after which it is healed; what could outlive us ends by itself then. */
  inflict(seconds: number): Heal | Promise<Heal>;
}

/** No wound lasts longer, seconds. */
export const LONGEST = 60;

/** The wounds of a running system, and what becomes of them. */
export interface Wounds {
  list(): { wound: Wound; words: string; until?: number }[];
  /**
   * One that lasts already lasts anew. Resolves when it is inflicted.
   * @throws RangeError where there is no such wound here.
   */
  inflict(wound: Wound, seconds: number): Promise<void>;
  healAll(): Promise<void>;
}

/** @param say told of each wound, and of its end. */
export function createWounds(kinds: WoundKind[], say: (line: string) => void): Wounds {
  const log = sayFailures(say);
  const open = new Map<Wound, { until: number; timer: NodeJS.Timeout; heal: Heal }>();

  async function heal(wound: Wound): Promise<void> {
    const found = open.get(wound);
    if (!found) return;
    open.delete(wound);
    clearTimeout(found.timer);
    try {
      await found.heal();
      say(`chaos: ${wound} is healed`);
    } catch (error) {
      say(`chaos: ${wound} could not be healed: ${(error as Error).message}`);
    }
  }

  /** One order after another: a wound that is inflicted anew while it heals would be open twice. */
  const inTurn = createTurns();

  async function inflict(wound: Wound, seconds: number): Promise<void> {
    const kind = kinds.find((one) => one.wound === wound);
    if (!kind) throw new RangeError(`${wound} cannot be broken here`);
    await heal(wound);
    const lasting = Math.min(seconds, LONGEST);
    say(`chaos: ${wound} for ${lasting} s: ${kind.words}`);
    const end = await kind.inflict(lasting);
    const timer = setTimeout(
      () =>
        background(
          inTurn(() => heal(wound)),
          log,
          `healing ${wound}`,
        ),
      lasting * 1000,
    );
    open.set(wound, { until: Date.now() / 1000 + lasting, timer, heal: end });
  }

  return {
    list: () =>
      kinds.map(({ wound, words }) => {
        const until = open.get(wound)?.until;
        return { wound, words, ...(until !== undefined && { until }) };
      }),
    inflict: (wound, seconds) => inTurn(() => inflict(wound, seconds)),
    async healAll() {
      await inTurn(() => Promise.all([...open.keys()].map(heal)));
    },
  };
}
