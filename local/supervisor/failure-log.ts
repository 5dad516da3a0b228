import type { FailureLog } from '@framewire/runtime/process';

/** For `background` in a process whose log is lines for a person. */
export const sayFailures = (say: (line: string) => void): FailureLog => ({
  error: ({ err, task }) => say(`${task} failed: ${err instanceof Error ? err.message : String(err)}`),
});
