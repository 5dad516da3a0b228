import type { Diagnosis } from '@framewire/contract';
import type { Verdict } from './facts.ts';

/** Why, and what helps, where the server knows; and where to see it. */
export const because = (diagnosis: Diagnosis | undefined): Pick<Verdict, 'help' | 'evidence'> | undefined =>
  diagnosis && { help: `${diagnosis.words} ${diagnosis.advice}`, evidence: WAY };

export const WAY = { words: 'See where the time goes', href: 'api/way' };
