import { DEFAULT_TOPIC, type Detection, type ResultRecord } from '@framewire/contract';
import type { Numbers } from '../objects/numbers.ts';
import { faces } from '../ui/format.ts';

/** Boxes that are shown on one picture, of one topic. */
export interface BoxSet {
  topic: string;
  record: ResultRecord;
  /** By how much the frame in which they were found is older than the picture, milliseconds; below 0 it is newer; 0: they are of this frame. */
  older: number;
  /** The number of the object in each box, where objects are followed. */
  numbers: Numbers;
}

/** Faces first, then by name. */
export const orderTopics = (topics: Iterable<string>): string[] =>
  [...new Set(topics)].sort((a, b) => Number(b === DEFAULT_TOPIC) - Number(a === DEFAULT_TOPIC) || (a < b ? -1 : 1));

/** Colours that differ for any colour vision, in lightness as well: those of `app.css`. */
const COLOURS = ['var(--accent)', 'var(--box-2)', 'var(--box-3)', 'var(--box-4)'];

/** The colour of a topic's boxes. Faces have the accent. @param topics those of the camera. */
export function boxColour(topic: string, topics: readonly string[]): string {
  const others = topics.filter((name) => name !== DEFAULT_TOPIC);
  const index = topic === DEFAULT_TOPIC ? 0 : 1 + (Math.max(0, others.indexOf(topic)) % (COLOURS.length - 1));
  return COLOURS[index]!;
}

/** What a detection is, where its detector does not say. */
const nameOf = ({ label }: Detection, topic: string): string => label ?? (topic === DEFAULT_TOPIC ? 'face' : topic);

/** `face 0.93`: on a picture with boxes of several topics each says what it is. */
export const namedDetections = ({ detections, topic }: ResultRecord): Detection[] =>
  detections.map((detection) => ({ ...detection, label: nameOf(detection, topic) }));

/** `2 faces`; of other labels how many of each, the most first: `person 2, car 1`. */
export function found({ detections, topic }: Pick<ResultRecord, 'detections' | 'topic'>): string {
  const counts = new Map<string, number>();
  for (const detection of detections) {
    const name = nameOf(detection, topic);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (topic === DEFAULT_TOPIC && [...counts.keys()].every((name) => name === 'face')) return faces(detections);
  if (counts.size === 0) return 'nothing found';
  const most = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const listed = most.slice(0, MAX_NAMED).map(([name, n]) => `${name} ${n}`);
  const rest = most.slice(MAX_NAMED).reduce((sum, [, n]) => sum + n, 0);
  return [...listed, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** Labels that are named; a model may know hundreds. */
const MAX_NAMED = 6;
