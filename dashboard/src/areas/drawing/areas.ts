import { isSimple, isWithinPolygon, type Point, segmentsMeet } from '@framewire/contract';
import type { Size } from '../../picture/letterbox.ts';
import type { Draft } from '../draft/draft.ts';
import { anchorOf, movePlaces, pixelsBetween } from './place.ts';

export type AreaKind = 'zone' | 'line' | 'mask';
/** One area of a draft. */
export interface AreaRef {
  kind: AreaKind;
  index: number;
}

export const KINDS: readonly AreaKind[] = ['zone', 'line', 'mask'];
export const FIELD = { zone: 'zones', line: 'lines', mask: 'masks' } as const;

/** What a person reads: `zone yard`, `mask 2`. */
export const titleOf = (draft: Draft, { kind, index }: AreaRef): string =>
  kind === 'mask' ? `mask ${index + 1}` : `${kind} ${draft[FIELD[kind]][index]?.name || index + 1}`;

export const areasOf = (draft: Draft): AreaRef[] =>
  KINDS.flatMap((kind) => draft[FIELD[kind]].map((_, index) => ({ kind, index })));

export const cornersOf = (draft: Draft, { kind, index }: AreaRef): Point[] => {
  if (kind !== 'line') return draft[FIELD[kind]][index]?.points ?? [];
  const line = draft.lines[index];
  return line ? [line.from, line.to] : [];
};

const replace = <T>(all: readonly T[], index: number, next: T): T[] => all.map((one, i) => (i === index ? next : one));

export function withCorners(draft: Draft, { kind, index }: AreaRef, corners: Point[]): Draft {
  if (kind === 'line') {
    const [from, to] = corners as [Point, Point];
    return { ...draft, lines: replace(draft.lines, index, { ...draft.lines[index]!, from, to }) };
  }
  const field = FIELD[kind];
  return { ...draft, [field]: replace<object>(draft[field], index, { ...draft[field][index]!, points: corners }) };
}

export const withName = (draft: Draft, { kind, index }: AreaRef, name: string): Draft => {
  const field = FIELD[kind];
  return { ...draft, [field]: replace<object>(draft[field], index, { ...draft[field][index]!, name }) };
};

export const withoutArea = (draft: Draft, { kind, index }: AreaRef): Draft => ({
  ...draft,
  [FIELD[kind]]: draft[FIELD[kind]].filter((_, i) => i !== index),
});

export const moveArea = (draft: Draft, ref: AreaRef, by: Point): Draft =>
  withCorners(draft, ref, movePlaces(cornersOf(draft, ref), by));

/** A new area with a name of its own. */
export function addArea(draft: Draft, kind: AreaKind, corners: Point[]): { draft: Draft; added: AreaRef } {
  const added = { kind, index: draft[FIELD[kind]].length };
  if (kind === 'mask') return { draft: { ...draft, masks: [...draft.masks, { points: corners }] }, added };
  const name = freeName(kind, draft[FIELD[kind]]);
  if (kind === 'zone') return { draft: { ...draft, zones: [...draft.zones, { name, points: corners }] }, added };
  const [from, to] = corners as [Point, Point];
  return { draft: { ...draft, lines: [...draft.lines, { name, from, to }] }, added };
}

/** `zone-1`, `zone-2`, ... */
function freeName(kind: AreaKind, all: readonly { name: string }[]): string {
  let number = all.length + 1;
  while (all.some(({ name }) => name === `${kind}-${number}`)) number++;
  return `${kind}-${number}`;
}

/** Why corners are none of such an area; undefined: they are. */
export function refusedCorners(kind: AreaKind, corners: readonly Point[]): string | undefined {
  if (kind === 'line') {
    const [from, to] = corners;
    return from && to && (from[0] !== to[0] || from[1] !== to[1]) ? undefined : 'a line needs two different ends';
  }
  if (corners.length < 3) return `a ${kind} needs at least 3 corners`;
  return isSimple(corners) ? undefined : `the edges of a ${kind} must not cross`;
}

/** Whether the edge to a further corner would cross those that are drawn. @param corners not closed yet. */
export function crossesDrawn(corners: readonly Point[], next: Point): boolean {
  const last = corners.at(-1);
  if (!last || corners.length < 3) return false;
  return corners.slice(0, -2).some((corner, i) => segmentsMeet([corner, corners[i + 1]!], [last, next]));
}

/** Where the name of an area stands: that of a line nearer to its start, since the arrow is in its middle. */
export function nameAt(draft: Draft, ref: AreaRef): Point {
  const corners = cornersOf(draft, ref);
  return ref.kind === 'line' ? along(corners as [Point, Point], 0.22) : anchorOf(corners);
}

const along = ([from, to]: readonly [Point, Point], share: number): Point => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
];

/** A line is hit this near, pixels. */
const REACH = 14;

/** The topmost area at a place; the selected one comes first, then lines, which are thin. */
export function areaAt(draft: Draft, place: Point, size: Size, selected?: AreaRef): AreaRef | undefined {
  const order = [...draftOrder(draft)].reverse();
  const all = selected ? [selected, ...order] : order;
  return all.find((ref) => isHit(draft, ref, place, size));
}

/** As they are drawn: masks below, lines on top. */
export const draftOrder = (draft: Draft): AreaRef[] =>
  (['mask', 'zone', 'line'] as const).flatMap((kind) => draft[FIELD[kind]].map((_, index) => ({ kind, index })));

function isHit(draft: Draft, ref: AreaRef, place: Point, size: Size): boolean {
  const corners = cornersOf(draft, ref);
  if (ref.kind !== 'line') return isWithinPolygon(corners, place);
  return pixelsToSegment(corners as [Point, Point], place, size) <= REACH;
}

export function pixelsToSegment([from, to]: readonly [Point, Point], place: Point, size: Size): number {
  const [dx, dy] = [(to[0] - from[0]) * size.width, (to[1] - from[1]) * size.height];
  const [px, py] = [(place[0] - from[0]) * size.width, (place[1] - from[1]) * size.height];
  const share = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
  return pixelsBetween(along([from, to], share), place, size);
}
