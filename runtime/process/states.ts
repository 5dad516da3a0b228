/**
 * A thing that is in exactly one of a few named states. A transition that the table does not allow is a mistake in the program and throws.
 * @param next from each state, those that may follow.
 */
export function createStates<S extends string>(
  next: Record<S, readonly S[]>,
  first: S,
): { now: S; to(state: S): void } {
  const states = {
    now: first,
    to(state: S) {
      if (!next[states.now].includes(state)) throw new Error(`from ${states.now} to ${state} there is no way`);
      states.now = state;
    },
  };
  return states;
}
