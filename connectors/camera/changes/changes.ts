import { isDeepStrictEqual } from 'node:util';
import { type CameraAction, type CameraSettings, type CameraSpec, cameraSettings } from '@framewire/contract';

const SETTINGS = Object.keys(cameraSettings.shape) as (keyof CameraSettings)[];

/** Fields in which two specs differ. */
export function changedFields(before: CameraSpec, after: CameraSpec): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof CameraSpec>;
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

/** Whether it has to be opened again for this: a name, zones, masks, hours and the like cost no frame. */
export const needsRestart = (before: CameraSpec, after: CameraSpec): boolean =>
  Boolean(before.paused) !== Boolean(after.paused) || changedFields(before, after).some((name) => !isSetting(name));

const isSetting = (name: string) => (SETTINGS as string[]).includes(name);

/** What was done, by the fields that differ. */
export function actionOf(before: CameraSpec | undefined, after: CameraSpec): CameraAction {
  if (!before) return 'added';
  const isPause = isDeepStrictEqual(changedFields(before, after), ['paused']);
  if (!isPause || Boolean(before.paused) === Boolean(after.paused)) return 'changed';
  return after.paused ? 'paused' : 'resumed';
}

/** The entry of a change in the log of incidents. */
export function changeOf(camera_id: string, before: CameraSpec | undefined, after: CameraSpec, by: string) {
  const fields = before ? changedFields(before, after) : [];
  return { camera_id, action: actionOf(before, after), by, ...nameOf(after), ...(fields.length > 0 && { fields }) };
}

export const nameOf = (spec: CameraSpec | undefined) => (spec?.name === undefined ? {} : { name: spec.name });

/** What a person set besides where the frames come from; undefined where that is nothing. */
export function settingsOf(spec: CameraSpec): CameraSettings | undefined {
  const set = SETTINGS.filter((name) => spec[name] !== undefined).map((name) => [name, spec[name]]);
  return set.length > 0 ? Object.fromEntries(set) : undefined;
}
