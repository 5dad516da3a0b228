import type { CameraView } from '@framewire/contract';
import { duration, timeOfDay } from './format.ts';

/** From this age on a picture is no longer shown as if it were live, milliseconds. */
export const OLD_PICTURE = 3000;

/** What a tile shows: a picture that is live or old, or words in its place. */
export interface TileState {
  kind: 'live' | 'old' | 'waiting' | 'offline' | 'ended';
  /** One word for the state, for a person who cannot see the picture. */
  word: string;
  /** Instead of the picture, or over an old one. */
  title?: string;
  detail?: string;
}

/** @param pictureAge of the newest picture, milliseconds; undefined where none has come. */
export function tileState(view: CameraView | undefined, pictureAge: number | undefined, now: number): TileState {
  const source = view?.source;
  const since = source && `Since ${timeOfDay(source.since * 1000, now)}`;
  const live = pictureAge !== undefined && pictureAge < OLD_PICTURE;
  if (source?.state === 'offline' && !live)
    return { kind: 'offline', word: 'offline', title: 'Offline', detail: sentence(since, source.reason) };
  if (source?.state === 'ended' && !live)
    return { kind: 'ended', word: 'ended', title: 'Ended', detail: `${since}: its file was played to the end` };
  if (live) return { kind: 'live', word: 'live' };
  const silent = view?.source_silent ? 'Its connector gives no sign of life' : undefined;
  const trouble = view?.last_outcome && view.last_outcome !== 'detected' ? lastOutcome(view) : undefined;
  if (pictureAge !== undefined)
    return { kind: 'old', word: 'old picture', title: `${duration(pictureAge)} old`, detail: silent ?? trouble };
  const opening = source?.state === 'starting' && source.url ? `Opening ${source.url}` : undefined;
  return {
    kind: 'waiting',
    word: 'waiting',
    title: 'Waiting for the first frame',
    detail: silent ?? trouble ?? opening,
  };
}

const lastOutcome = (view: CameraView): string => sentence(`Last frame ${view.last_outcome}`, view.last_reason);

const sentence = (head: string | undefined, reason: string | undefined): string =>
  [head, reason].filter(Boolean).join(': ');
