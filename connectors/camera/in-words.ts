import type { z } from 'zod';

/** What a schema says against a value, for a person. Each message of our schemas names its field by itself. */
export const inWords = ({ issues }: z.ZodError): string => issues.map(({ message }) => message).join('; ');
