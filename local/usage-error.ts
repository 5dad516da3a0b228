/** A mistake in the command line or a setting: printed as one line, without a stack. */
export class UsageError extends Error {
  override name = 'UsageError';
}
