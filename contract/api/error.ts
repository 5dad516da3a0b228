import { z } from 'zod';

/** The body of every response that is not a 2xx, from every part. */
export const errorBody = z
  .object({
    error: z.string().describe('What is wrong: a sentence for a person.'),
    code: z.string().describe('What is wrong: a word for programs.'),
  })
  .meta({ id: 'Error', description: 'The body of every response that is not a 2xx.' });
export type ErrorBody = z.infer<typeof errorBody>;
