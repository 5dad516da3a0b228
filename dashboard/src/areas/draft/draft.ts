import type {
  CameraSettings,
  CountingLine,
  DetectionSettings,
  Hours,
  Mask,
  MotionSettings,
  Zone,
} from '@framewire/contract';

/** What a person draws and sets on the page of a camera's areas. */
export interface Draft {
  zones: Zone[];
  lines: CountingLine[];
  masks: Mask[];
  detection: DetectionSettings;
  /** Absent: every frame is detected. */
  motion?: MotionSettings;
  /** Absent: always. */
  hours?: Hours;
}
export type DraftField = keyof Draft;

export const FIELDS: readonly DraftField[] = ['zones', 'lines', 'masks', 'detection', 'motion', 'hours'];

/** The draft that changes nothing. */
export const draftOf = (settings: CameraSettings = {}): Draft => ({
  zones: settings.zones ?? [],
  lines: settings.lines ?? [],
  masks: settings.masks ?? [],
  detection: settings.detection ?? {},
  ...(settings.motion && { motion: settings.motion }),
  ...(settings.hours && { hours: settings.hours }),
});

/** In which fields two drafts differ. */
export const differences = (a: Draft, b: Draft): DraftField[] => FIELDS.filter((field) => !isEqual(a[field], b[field]));

/** What is sent: the fields that differ from what is saved; null removes one. */
export function patchOf(draft: Draft, saved: Draft): Record<string, unknown> {
  const value = (field: DraftField) => {
    const set = draft[field];
    return set === undefined || Object.keys(set).length === 0 ? null : set;
  };
  return Object.fromEntries(differences(draft, saved).map((field) => [field, value(field)]));
}

/** Of values as JSON has them; the order of names does not matter, and an absent one is undefined. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isEqual(a[name as never], b[name as never]));
}
