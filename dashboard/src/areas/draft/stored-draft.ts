import { cameraSettings } from '@framewire/contract';
import { type Draft, draftOf } from './draft.ts';

/** A draft that was not saved, and what was saved when it was begun. */
export interface StoredDraft {
  draft: Draft;
  saved: Draft;
}

const keyOf = (camera: string) => `framewire.draft.${camera}`;

/** Keeps a draft in this browser until it is saved or discarded, if the browser allows; undefined forgets it. */
export function storeDraft(camera: string, stored: StoredDraft | undefined): void {
  try {
    if (stored) localStorage.setItem(keyOf(camera), JSON.stringify(stored));
    else localStorage.removeItem(keyOf(camera));
  } catch {
    // storage is not allowed or full: the draft lasts until the page is closed
  }
}

export function storedDraft(camera: string): StoredDraft | undefined {
  try {
    return parseStored(localStorage.getItem(keyOf(camera)) ?? 'null');
  } catch {
    return undefined;
  }
}

/** Undefined for anything that an older version may have written and that is no draft now. @throws SyntaxError */
export function parseStored(text: string): StoredDraft | undefined {
  const found: unknown = JSON.parse(text);
  if (typeof found !== 'object' || !found || !('draft' in found && 'saved' in found)) return undefined;
  const [draft, saved] = [cameraSettings.safeParse(found.draft), cameraSettings.safeParse(found.saved)];
  return draft.success && saved.success ? { draft: draftOf(draft.data), saved: draftOf(saved.data) } : undefined;
}
