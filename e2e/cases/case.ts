import { expect, it } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What is right, and what was seen: cells of the table that `npm run cases` prints. */
    right?: string;
    seen?: string;
  }
}

/** What a case came to. */
export interface Seen {
  /** As a person would note it down. */
  seen: string;
  ok: boolean;
}

/** One case from the field: a row of the table, and a test. @param right what is expected, a phrase. */
export function aCase(
  name: string,
  right: string,
  look: () => Promise<Seen>,
  options: { timeout?: number; concurrent?: boolean } = {},
): void {
  it(name, options, async ({ task }) => {
    task.meta.right = right;
    task.meta.seen = 'nothing: it did not come to an end';
    const { seen, ok } = await look();
    task.meta.seen = seen;
    expect(ok, `right: ${right}\nseen: ${seen}`).toBe(true);
  });
}
