import type { Box } from '@framewire/contract';
import { beginPassage, type Passage } from '../areas/lines.ts';
import type { Presence } from '../areas/zones.ts';
import { associate, type Candidate } from './association.ts';
import { beginMotion, boxOf, correct, type Motion, predict } from './motion.ts';

/** Detections from this score on begin tracks; lower ones only go on with some. One without a score counts as high. */
const HIGH_SCORE = 0.5;
/** How much boxes overlap at least: with detections of a high score, of a low one, and for a track that was seen once. */
const MIN_OVERLAP = { high: 0.15, low: 0.35, tentative: 0.15 };
/** A track that was seen once and not again so long is none, seconds, or in the frame that follows, if that is later. */
const TENTATIVE_S = 0.35;
/** A track is lost after so many frames' times at least, however slow the camera is. */
const LOST_FRAMES = 3;
/** Detections of one frame beyond this are passed over, those with the lowest score. */
const MAX_DETECTIONS = 300;
/** Tracks of one camera and topic: the record of a frame has a bound. */
const MAX_TRACKS = 400;

/** One object that is followed. */
export interface Followed {
  /** Absent until it was detected a second time. */
  id?: number;
  sighting_id: string;
  label?: string;
  motion: Motion;
  /** Captures of the first and the last frame in which it was detected, seconds since the epoch. */
  begin: number;
  last: number;
  frames: number;
  /** Seconds without a detection. Time in which the camera says that nothing moves does not count. */
  missed: number;
  /** The zones that it is in, and where it is to the lines. */
  presence: Presence;
  passage: Passage;
  /** In the last frame: its detection, if there was one. */
  seen?: { index: number; box: Box; score?: number };
}

/** Where a tracker is. */
export interface TrackerState {
  /** The last id that was given. */
  lastId: number;
  /** The capture of the last frame, seconds since the epoch; undefined before the first. */
  at?: number;
  /** Seconds between frames, of late. */
  interval: number;
  tracks: Followed[];
}

export const emptyState = (): TrackerState => ({ lastId: 0, interval: 0.1, tracks: [] });

export interface FrameInput {
  captured_at: number;
  detections: readonly Candidate[];
  /** The share of the time since the last frame in which nothing moved, 0 to 1. */
  still?: number;
  /** The name of a sighting that begins with this detection. */
  sightingId(index: number): string;
}

/** What one frame changed. The tracks themselves stand in the state. */
export interface FrameOutput {
  /** Those with an id. */
  tracks: Followed[];
  started: Followed[];
  ended: Followed[];
}

/**
 * Follows objects from frame to frame, after ByteTrack (Zhang et al. 2022): detections with high scores are associated first, those with
 * low scores then go on with tracks that had none. What is seen a second time gets an id, and what is not seen for a while is ended.
 * Time is that of the captures: frames may come at any rate and with gaps.
 * @param lostS how long an object may be undetected, seconds. Changes `state`.
 */
export function track(state: TrackerState, frame: FrameInput, lostS: number): FrameOutput {
  const passed = Math.max(0.001, frame.captured_at - (state.at ?? frame.captured_at - state.interval));
  const moving = passed * (1 - (frame.still ?? 0));
  if (state.at !== undefined) state.interval += 0.1 * (Math.min(passed, 30) - state.interval);
  state.at = Math.max(frame.captured_at, state.at ?? 0);
  const limit = lostAfter(state, lostS);
  const ended: Followed[] = [];
  state.tracks = state.tracks.filter((one) => {
    one.missed += moving;
    one.seen = undefined;
    const isOver = one.id === undefined ? one.missed > Math.max(TENTATIVE_S, 1.5 * state.interval) : one.missed > limit;
    if (isOver && one.id !== undefined) ended.push(one);
    return !isOver;
  });
  for (const { motion } of state.tracks) if (moving > 0) predict(motion, moving);

  const started = match(state, frame, moving);
  return { tracks: state.tracks.filter(({ id }) => id !== undefined), started, ended };
}

/** After how many seconds undetected a track ends. */
export const lostAfter = ({ interval }: TrackerState, lostS: number): number => Math.max(lostS, LOST_FRAMES * interval);

function match(state: TrackerState, frame: FrameInput, moving: number): Followed[] {
  const detections = best(frame.detections);
  const isHigh = ({ score = 1 }: Candidate) => score >= HIGH_SCORE;
  const confirmed = state.tracks.filter(({ id }) => id !== undefined);
  const tentative = state.tracks.filter(({ id }) => id === undefined);

  const first = associate(confirmed, detections.filter(isHigh), MIN_OVERLAP.high);
  // an object that was away does not come back by a detection that is hardly one
  const recent = first.tracks.filter(({ missed }) => missed <= Math.max(moving, state.interval) * 1.5);
  const low = detections.filter((one) => !isHigh(one));
  const second = associate(recent, low, MIN_OVERLAP.low);
  const third = associate(tentative, first.detections, MIN_OVERLAP.tentative);
  const started: Followed[] = [];
  for (const [one, detection] of [...first.pairs, ...second.pairs, ...third.pairs]) {
    see(one, detection, frame.captured_at);
    if (one.id !== undefined) continue;
    one.id = ++state.lastId;
    started.push(one);
  }
  for (const detection of third.detections) {
    if (state.tracks.length >= MAX_TRACKS) break;
    state.tracks.push(begin(detection, frame));
  }
  return started;
}

function see(one: Followed, detection: Candidate, at: number): void {
  correct(one.motion, detection);
  one.seen = seenAs(detection);
  one.last = at;
  one.missed = 0;
  one.frames++;
}

function begin(detection: Candidate, { captured_at, sightingId }: FrameInput): Followed {
  return {
    sighting_id: sightingId(detection.index),
    ...(detection.label !== undefined && { label: detection.label }),
    motion: beginMotion(detection),
    begin: captured_at,
    last: captured_at,
    frames: 1,
    missed: 0,
    presence: {},
    passage: beginPassage(),
    seen: seenAs(detection),
  };
}

const seenAs = ({ index, score, x, y, w, h }: Candidate) => ({ index, box: { x, y, w, h }, score });

/** Where it is in the last frame: as detected, else as expected. */
export const placeOf = ({ seen, motion }: Followed): Box => seen?.box ?? boxOf(motion);

function best(detections: readonly Candidate[]): readonly Candidate[] {
  if (detections.length <= MAX_DETECTIONS) return detections;
  return [...detections].sort((a, b) => (b.score ?? 1) - (a.score ?? 1)).slice(0, MAX_DETECTIONS);
}
