import { z } from 'zod';

/** A position in the result stream, the same at every replica of results-ws. A reader that resumes names the last one it saw. */
export const cursor = z.int().min(-1).meta({
  id: 'Cursor',
  description: 'A position in the result stream, the same at every replica; -1 before the first outcome.',
});
