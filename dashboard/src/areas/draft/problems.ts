import { cameraSettings } from '@framewire/contract';
import { type Draft, type DraftField, FIELDS } from './draft.ts';

/** What is wrong, and where: `zones.0.name`. Without a field it is about all. */
export interface Problem {
  /** Its parts are joined with dots. */
  field?: string;
  message: string;
}

/** What keeps a draft from being saved. */
export const problemsOf = (draft: Draft): Problem[] =>
  (cameraSettings.safeParse(draft).error?.issues ?? []).map(({ path, message }) => ({
    field: path.join('.'),
    message: message.replace(/^Invalid input: /, ''),
  }));

const NAMED = new RegExp(`\\b(?:${FIELDS.join('|')})\\b(?:[.[]\\w+\\]?)*`);

/** The server's refusal as a problem of the field that it names. */
export function refusal(message: string): Problem {
  const field = NAMED.exec(message)?.[0].replace(/\[(\w+)\]/g, '.$1');
  return { ...(field && { field }), message };
}

/** Whether a problem is about a field or a part of it. */
export const isAt = ({ field }: Problem, name: string): boolean => field === name || !!field?.startsWith(`${name}.`);

export const fieldOf = ({ field }: Problem): DraftField | undefined =>
  FIELDS.find((name) => name === field?.split('.')[0]);
