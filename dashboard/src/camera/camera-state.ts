import type { CameraView } from '@framewire/contract';
import { duration, timeOfDay } from '../ui/format.ts';

/** A picture older than this is not live, milliseconds; for a slow camera, after three missing frames. */
const OLD_PICTURE_MS = 3000;
const MISSING_FRAMES = 3;
/** Pictures may take this long after they were asked for, milliseconds. */
export const STARTUP_MS = 2000;

/** What is known about a camera. Milliseconds; undefined where there is none. */
export interface Known {
  view?: CameraView;
  /** Age of the newest picture in this browser. */
  pictureAge?: number;
  /** Age of the newest frame that was detected or still, with or without a picture in this browser. */
  resultAge?: number;
  /** Whether its frames are still: nothing moves, or it is outside its hours. */
  isStill?: boolean;
  /** How long its pictures have been asked for; they are not while its tile is not visible. */
  askedFor?: number;
  /** Age of the newest picture when it arrived. */
  arrivalAge?: number;
}

/** What a tile shows: a live or an old picture, or a message in its place. */
export interface CameraState {
  kind: 'live' | 'old' | 'waiting' | 'offline' | 'ended' | 'paused';
  /** The state for assistive technology. */
  word: string;
  /** Its frames are not to be detected now. */
  still?: boolean;
  /** The picture is out of date. */
  grey?: boolean;
  /** Shown in place of the picture, or over an old one. */
  title?: string;
  detail?: string;
}

export function cameraState(known: Known, now: number): CameraState {
  const { view, pictureAge } = known;
  const source = view?.source;
  const since = source && `Since ${timeOfDay(source.since * 1000, now)}`;
  const isLive = live(known);
  if (source?.state === 'offline' && !isLive)
    return { kind: 'offline', word: 'offline', title: 'Offline', detail: sentence(since, source.reason) };
  if (source?.state === 'ended' && !isLive)
    return { kind: 'ended', word: 'ended', title: 'Ended', detail: `${since}: the video file was played to the end` };
  if (source?.state === 'paused')
    return { kind: 'paused', word: 'paused', grey: pictureAge !== undefined, title: 'Paused', detail: since };
  const grey = pictureAge !== undefined && isOld(pictureAge, view);
  if (isLive && known.isStill) return { kind: 'live', word: 'live, still', still: true, grey };
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

/** The detail while there is no picture. */
function before(view: CameraView | undefined, now: number): string | undefined {
  if (view?.source?.state === 'starting' && view.source.url) return `Opening ${view.source.url}`;
  return view?.last_frame ? `Last frame at ${timeOfDay(view.last_frame * 1000, now, true)}` : undefined;
}

/** Judged by its picture; while none is asked for, or was only just asked for, by its results. */
function live({ view, pictureAge, resultAge, askedFor }: Known): boolean {
  if (pictureAge !== undefined && !isOld(pictureAge, view)) return true;
  if (askedFor !== undefined && askedFor > STARTUP_MS) return false;
  return resultAge !== undefined && !isOld(resultAge, view);
}

function isOld(age: number, view: CameraView | undefined): boolean {
  const fps = view?.source?.fps ?? Number.POSITIVE_INFINITY;
  return age >= Math.max(OLD_PICTURE_MS, (MISSING_FRAMES * 1000) / fps);
}

/** The likely cause of a missing picture. */
function cause({ view, resultAge, arrivalAge = 0 }: Known): string | undefined {
  if (view?.source_silent) return 'Its connector has stopped reporting';
  if (isOld(arrivalAge, view)) return `It was ${duration(arrivalAge)} old on arrival, or the camera clock is behind`;
  if (view?.last_outcome && view.last_outcome !== 'detected' && view.last_outcome !== 'still')
    return sentence(`Last frame ${view.last_outcome}`, view.last_reason);
  if (resultAge !== undefined && !isOld(resultAge, view)) return 'Results arrive without pictures';
  return undefined;
}

const sentence = (head: string | undefined, reason: string | undefined): string =>
  [head, reason].filter(Boolean).join(': ');
