/** Messages of a viewer in a second, control frames among them, and how many at once: a page sends some five. */
const MESSAGES = { perSecond: 50, burst: 250 };
/** Bytes: a page that draws 500 frames a second says so with 25,000. */
const BYTES = { perSecond: 128 * 1024, burst: 1024 * 1024 };
/** Messages that cannot be understood: a page of another version may have some. */
const MISTAKES = { perSecond: 0.1, burst: 10 };

/** How much one viewer may say: whoever says more costs the others their turn. */
export interface Intake {
  /** @returns why its connection is to be closed; undefined while all is well. */
  message(bytes: number): string | undefined;
  /** The message was not understood. */
  mistake(): string | undefined;
}

/** @param clock milliseconds. */
export function createIntake(clock: () => number = () => performance.now()): Intake {
  const [messages, bytes, mistakes] = [MESSAGES, BYTES, MISTAKES].map((rate) => createBucket(rate, clock));
  return {
    message(size) {
      if (!messages!(1)) return `more than ${MESSAGES.perSecond} messages a second`;
      return bytes!(size) ? undefined : `more than ${BYTES.perSecond / 1024} KiB a second`;
    },
    mistake: () => (mistakes!(1) ? undefined : `more than ${MISTAKES.burst} messages that were not understood`),
  };
}

/** A token bucket. @returns takes so much; false where it holds less. */
function createBucket({ perSecond, burst }: { perSecond: number; burst: number }, clock: () => number) {
  let [left, at] = [burst, clock()];
  return (amount: number): boolean => {
    const now = clock();
    left = Math.min(burst, left + ((now - at) / 1000) * perSecond);
    at = now;
    if (left < amount) return false;
    left -= amount;
    return true;
  };
}
