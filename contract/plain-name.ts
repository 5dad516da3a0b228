import { z } from 'zod';

/**
 * A name that can stand in a routing key, a metric label, an address and as a name in JSON: 1 to 64 letters, digits, `_` or `-`. The few
 * words that every JavaScript object already has (`constructor`, `__proto__`) are refused.
 * @param what it is, in messages: `a camera id`. @param short the same in the message about such a word.
 */
export const plainName = (what: string, short = what) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, `${what} is 1 to 64 letters, digits, "_" or "-"`)
    .refine((name) => !(name in {}), `this word cannot be ${short}, since every object in JavaScript has it`);
