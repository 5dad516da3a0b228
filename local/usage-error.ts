/** A mistake of the person who starts it: one line, no stack. */
export class UsageError extends Error {
  override name = 'UsageError';
}
