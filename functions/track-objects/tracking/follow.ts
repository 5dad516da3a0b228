import {
  type CameraSettings,
  type Crossing,
  type EndedTrack,
  type ImageSize,
  ignoredBecause,
  type Track,
} from '@framewire/contract';
import { derivedFrameId } from '@framewire/runtime/frames';
import { pass } from '../areas/lines.ts';
import { leaveAll, type Stay, visit } from '../areas/zones.ts';
import type { Frame } from '../stream/frame.ts';
import type { Candidate } from './association.ts';
import type { Progress } from './state.ts';
import { type Followed, placeOf, track } from './tracker.ts';

/** What of a camera's settings is wanted here. */
export type AreaSettings = Pick<CameraSettings, 'zones' | 'lines' | 'masks' | 'detection'>;

/** What one frame says of the objects of its camera. */
export interface FrameTracks {
  tracks: Track[];
  ended: EndedTrack[];
  crossings: Crossing[];
  started: number;
  stays: Stay[];
}

/** A time that runs back by less than this is a frame out of order; by more, the clock of the camera was set. Seconds. */
const CLOCK_SET_S = 10;

/** Whether a frame was tracked before, or comes too late to be. */
export function isPast({ tracker: { at }, source, seq }: Progress, frame: Frame): boolean {
  if (at === undefined) return false;
  if (frame.source !== undefined && frame.source === source && seq !== undefined && frame.seq !== undefined)
    return frame.seq <= seq;
  return frame.captured_at <= at && frame.captured_at > at - CLOCK_SET_S;
}

/** Goes on with one frame. Changes `progress`. */
export function follow(progress: Progress, frame: Frame, settings: AreaSettings, lostS: number): FrameTracks {
  const { tracker } = progress;
  if (tracker.at !== undefined && frame.captured_at < tracker.at - CLOCK_SET_S) tracker.at = undefined;
  const input = {
    captured_at: frame.captured_at,
    detections: counted(frame, settings),
    still: frame.still,
    sightingId: (index: number) => sightingIdOf(frame, index),
  };
  const { tracks, started, ended } = track(tracker, input, lostS);
  progress.source = frame.source;
  progress.seq = frame.seq;
  const stays = ended.flatMap(({ presence, last }) => leaveAll(presence, last));
  const crossings: Crossing[] = [];
  for (const one of tracker.tracks) {
    if (!one.seen || !frame.image) continue;
    stays.push(...visit(one.presence, settings.zones ?? [], one.seen.box, frame.image, frame.captured_at));
    for (const crossed of pass(one.passage, settings.lines ?? [], one.seen.box, frame.image))
      if (one.id !== undefined) crossings.push({ ...crossed, id: one.id, sighting_id: one.sighting_id });
  }
  return { tracks: tracks.map(describe), ended: ended.map(describeEnd), crossings, started: started.length, stays };
}

/** Ends all tracks: no more frames come. Changes `progress`. */
export function endAll({ tracker }: Progress): Pick<FrameTracks, 'ended' | 'stays'> {
  const ended = tracker.tracks.filter(({ id }) => id !== undefined);
  tracker.tracks = [];
  return { ended: ended.map(describeEnd), stays: ended.flatMap(({ presence, last }) => leaveAll(presence, last)) };
}

function counted({ detections, image }: Frame, settings: AreaSettings): Candidate[] {
  return detections.flatMap((detection, index) =>
    ignoredBecause(detection, image ?? UNKNOWN_SIZE, image ? settings : scoreAlone(settings))
      ? []
      : [{ ...detection, index }],
  );
}

/** Where the size of the frame is not known, sizes and places are nobody's business. */
const UNKNOWN_SIZE: ImageSize = { width: 1, height: 1 };
const scoreAlone = ({ detection }: AreaSettings): AreaSettings => ({ detection: { min_score: detection?.min_score } });

/** Follows from where the sighting began, so that it is the same after a restart. What `derivedFrameId` is given elsewhere differs. */
const sightingIdOf = ({ camera_id, topic, frame_id }: Frame, index: number): string =>
  derivedFrameId(`sighting/${camera_id}/${topic}/${frame_id}/${index}`);

function describe(one: Followed): Track {
  const { id, sighting_id, label, seen, begin, frames, presence } = one;
  const { x, y, w, h } = placeOf(one);
  return {
    id: id!,
    sighting_id,
    ...(label !== undefined && { label }),
    box: { x: round(x), y: round(y), w: round(w), h: round(h) },
    ...(seen && { detection: seen.index }),
    ...(seen?.score !== undefined && { score: seen.score }),
    begin,
    frames,
    zones: Object.keys(presence),
  };
}

const describeEnd = ({ id, sighting_id, last }: Followed): EndedTrack => ({ id: id!, sighting_id, end: last });

const round = (pixels: number): number => Math.round(pixels * 10) / 10;
