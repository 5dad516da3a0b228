import type { CameraView } from '@framewire/contract';
import { duration, timeOfDay } from '../ui/format.ts';

/** From this age on a picture is no longer shown as if it were live, milliseconds; of a slow camera after three are missing. */
const OLD_PICTURE = 3000;
const MISSING = 3;
/** So long after pictures were asked for, none is no news, milliseconds. */
export const ASKING = 2000;

/** What is known of a camera. Milliseconds, undefined where there is none. */
export interface Known {
  view?: CameraView;
  /** Age of the newest picture here. */
  pictureAge?: number;
  /** Age of the newest frame that was detected, whether its picture came here or not. */
  resultAge?: number;
  /** For how long its pictures have been asked for; they are not while it is out of sight. */
  askedFor?: number;
  /** Age that the newest picture had already when it arrived. */
  arrivalAge?: number;
}

/** What a tile shows: a picture that is live or old, or words in its place. */
export interface TileState {
  kind: 'live' | 'old' | 'waiting' | 'offline' | 'ended';
  /** One word for the state, for a person who cannot see the picture. */
  word: string;
  /** The picture at hand is not the present one. */
  grey?: boolean;
  /** Instead of the picture, or over an old one. */
  title?: string;
  detail?: string;
}

export function tileState(known: Known, now: number): TileState {
  const { view, pictureAge } = known;
  const source = view?.source;
  const since = source && `Since ${timeOfDay(source.since * 1000, now)}`;
  const isLive = live(known);
  if (source?.state === 'offline' && !isLive)
    return { kind: 'offline', word: 'offline', title: 'Offline', detail: sentence(since, source.reason) };
  if (source?.state === 'ended' && !isLive)
    return { kind: 'ended', word: 'ended', title: 'Ended', detail: `${since}: its file was played to the end` };
  const grey = pictureAge !== undefined && isOld(pictureAge, view);
  if (isLive) return { kind: 'live', word: 'live', grey };
  if (grey)
    return { kind: 'old', word: 'old picture', grey, title: `${duration(pictureAge)} old`, detail: cause(known) };
  return {
    kind: 'waiting',
    word: 'waiting',
    title: view?.last_outcome ? 'Waiting for a picture' : 'Waiting for the first frame',
    detail: cause(known) ?? before(view, now),
  };
}

/** What came before there was a picture here. */
function before(view: CameraView | undefined, now: number): string | undefined {
  if (view?.source?.state === 'starting' && view.source.url) return `Opening ${view.source.url}`;
  return view?.last_frame ? `Last frame at ${timeOfDay(view.last_frame * 1000, now, true)}` : undefined;
}

/** By its picture; while none is asked for, or has only just been, by its results. */
function live({ view, pictureAge, resultAge, askedFor }: Known): boolean {
  if (pictureAge !== undefined && !isOld(pictureAge, view)) return true;
  if (askedFor !== undefined && askedFor > ASKING) return false;
  return resultAge !== undefined && !isOld(resultAge, view);
}

function isOld(age: number, view: CameraView | undefined): boolean {
  const fps = view?.source?.fps ?? Number.POSITIVE_INFINITY;
  return age >= Math.max(OLD_PICTURE, (MISSING * 1000) / fps);
}

/** What may be the cause that no new picture is there. */
function cause({ view, resultAge, arrivalAge = 0 }: Known): string | undefined {
  if (view?.source_silent) return 'Its connector gives no sign of life';
  if (isOld(arrivalAge, view)) return `It was ${duration(arrivalAge)} old when it came, or its clock is behind`;
  if (view?.last_outcome && view.last_outcome !== 'detected')
    return sentence(`Last frame ${view.last_outcome}`, view.last_reason);
  if (resultAge !== undefined && !isOld(resultAge, view)) return 'Results come without their pictures';
  return undefined;
}

const sentence = (head: string | undefined, reason: string | undefined): string =>
  [head, reason].filter(Boolean).join(': ');
