import type { CameraSettings, Point } from '@framewire/contract';
import { refusalOf } from '../state/polled.svelte.ts';
import { sentence } from '../ui/format.ts';
import { type Draft, type DraftField, differences, draftOf, isEqual, patchOf } from './draft/draft.ts';
import { type Problem, problemsOf, refusal } from './draft/problems.ts';
import { storeDraft, storedDraft } from './draft/stored-draft.ts';
import { begin, redo, type Steps, step, undo } from './draft/undo.ts';
import {
  type AreaKind,
  type AreaRef,
  addArea,
  cornersOf,
  crossesDrawn,
  refusedCorners,
  withCorners,
} from './drawing/areas.ts';

/** An area that is being drawn. */
export interface Drawing {
  kind: AreaKind;
  corners: Point[];
  /** Where the next corner goes. */
  cursor: Point;
}

const TIME_LIMIT = 10_000;
/** Strokes of one key within this are one step, milliseconds. */
const ONE_STEP_MS = 1_000;
/** The server may go on naming the former settings for so long after a change, milliseconds. */
const SETTLE_MS = 15_000;
const CENTRE: Point = [0.5, 0.5];
const BOX: Point[] = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.7, 0.7],
  [0.3, 0.7],
];

/** The areas and settings of one camera while they are changed. */
export class AreaEditor {
  readonly camera: string;
  readonly #page: URL;
  #saved = $state.raw<Draft>(draftOf());
  #steps = $state.raw<Steps<Draft>>(begin(draftOf()));
  /** While something is dragged. */
  #preview = $state.raw<Draft>();
  #merged: { key: string; at: number } | undefined;
  #former: { draft: Draft; until: number } | undefined;
  /** Whether the server's settings are known. */
  known = $state(false);
  selected = $state.raw<AreaRef>();
  drawing = $state.raw<Drawing>();
  /** What happened last, for everyone. */
  message = $state('');
  /** What the server refused. */
  #refused = $state.raw<Problem[]>([]);
  /** Fields that somebody else changed as well. */
  overtaken = $state.raw<DraftField[]>([]);
  saving = $state(false);
  readonly draft: Draft = $derived(this.#preview ?? this.#steps.now);
  readonly changed: DraftField[] = $derived(differences(this.#steps.now, this.#saved));
  readonly problems: Problem[] = $derived([...problemsOf(this.#steps.now), ...this.#refused]);
  readonly canUndo = $derived(this.#steps.past.length > 0);
  readonly canRedo = $derived(this.#steps.future.length > 0);

  constructor(camera: string, page: URL) {
    this.camera = camera;
    this.#page = page;
  }

  /** The settings as the server has them. */
  update(settings: CameraSettings | undefined): void {
    const next = draftOf(settings);
    if (!this.known) this.#open(next);
    else this.#follow(next);
  }

  #follow(next: Draft): void {
    if (this.#former && Date.now() < this.#former.until && isEqual(next, this.#former.draft)) return;
    if (isEqual(next, this.#saved)) return;
    const theirs = differences(next, this.#saved);
    const before = this.changed;
    this.#saved = next;
    if (before.length === 0) this.#steps = begin(next);
    // fields that are not changed here follow
    else this.#steps = { ...this.#steps, now: { ...next, ...pick(this.#steps.now, before) } };
    this.overtaken = theirs.filter((field) => before.includes(field));
  }

  #open(saved: Draft): void {
    this.known = true;
    this.#saved = saved;
    this.#steps = begin(saved);
    const stored = storedDraft(this.camera);
    if (!stored) return;
    const mine = differences(stored.draft, stored.saved);
    const draft = { ...saved, ...pick(stored.draft, mine) };
    if (isEqual(draft, saved)) return;
    this.#steps = step(this.#steps, draft);
    this.overtaken = differences(saved, stored.saved).filter((field) => mine.includes(field));
    this.message = 'Your changes from before are here again. They are not saved yet.';
  }

  /** A step that can be undone. @param key strokes of the same key in a row are one step. */
  commit(next: Draft, key?: string): void {
    const isMore = key !== undefined && this.#merged?.key === key && Date.now() - this.#merged.at < ONE_STEP_MS;
    this.#merged = key === undefined ? undefined : { key, at: Date.now() };
    this.#preview = undefined;
    if (isEqual(next, this.#steps.now)) return;
    this.#steps = isMore ? { ...this.#steps, now: next, future: [] } : step(this.#steps, next);
    this.#stepped();
  }

  /** Shows a draft that is no step yet; undefined ends it. */
  preview(next: Draft | undefined): void {
    this.#preview = next;
  }

  /** New corners of an area, unless they are refused. @returns whether they were taken. */
  place(ref: AreaRef, corners: Point[], key?: string): boolean {
    const refused = refusedCorners(ref.kind, corners);
    this.#preview = undefined;
    this.message = refused ? `Refused: ${refused}.` : '';
    if (!refused) this.commit(withCorners(this.#steps.now, ref, corners), key);
    return !refused;
  }

  undo(): void {
    this.#steps = undo(this.#steps);
    this.#merged = undefined;
    this.#stepped();
  }

  redo(): void {
    this.#steps = redo(this.#steps);
    this.#stepped();
  }

  discard(): void {
    this.#steps = step(this.#steps, this.#saved);
    this.#stepped();
    this.message = 'The changes were discarded.';
  }

  #stepped(): void {
    this.#refused = [];
    this.overtaken = this.overtaken.filter((field) => this.changed.includes(field));
    if (this.selected && cornersOf(this.#steps.now, this.selected).length === 0) this.selected = undefined;
    const stored = this.changed.length > 0 ? { draft: this.#steps.now, saved: this.#saved } : undefined;
    storeDraft(this.camera, stored);
  }

  draw(kind: AreaKind): void {
    this.selected = undefined;
    this.message = '';
    this.drawing = { kind, corners: [], cursor: CENTRE };
  }

  aim(cursor: Point): void {
    if (this.drawing) this.drawing = { ...this.drawing, cursor };
  }

  /** Sets the next corner. A line is complete with two. */
  addCorner(at: Point): void {
    const { drawing } = this;
    if (!drawing) return;
    const { kind, corners } = drawing;
    if (corners.some(([x, y]) => x === at[0] && y === at[1])) return;
    if (kind !== 'line' && crossesDrawn(corners, at)) {
      this.message = `Refused: the edges of a ${kind} must not cross.`;
      return;
    }
    this.message = '';
    this.drawing = { ...drawing, corners: [...corners, at], cursor: at };
    if (kind === 'line' && corners.length === 1) this.close();
  }

  takeBack(): void {
    if (this.drawing) this.drawing = { ...this.drawing, corners: this.drawing.corners.slice(0, -1) };
  }

  /** Completes what is drawn, unless it is refused. @returns what it is now. */
  close(): AreaRef | undefined {
    const { drawing } = this;
    if (!drawing) return undefined;
    const refused = refusedCorners(drawing.kind, drawing.corners);
    if (refused) {
      this.message = `Refused: ${refused}.`;
      return undefined;
    }
    return this.#add(drawing.kind, drawing.corners);
  }

  /** Instead of drawing it: one in the middle, whose corners are then moved. */
  putInMiddle(): AreaRef | undefined {
    if (!this.drawing) return undefined;
    const { kind } = this.drawing;
    return this.#add(
      kind,
      kind === 'line'
        ? [
            [0.3, 0.5],
            [0.7, 0.5],
          ]
        : BOX,
    );
  }

  #add(kind: AreaKind, corners: Point[]): AreaRef {
    const { draft, added } = addArea(this.#steps.now, kind, corners);
    this.drawing = undefined;
    this.commit(draft);
    this.selected = added;
    this.message = `The ${kind} is drawn. It counts once you save.`;
    return added;
  }

  cancel(): void {
    this.drawing = undefined;
    this.message = '';
  }

  async save(): Promise<void> {
    const draft = this.#steps.now;
    const found = problemsOf(draft);
    if (found[0]) {
      this.message = `Not saved: ${found[0].message}.`;
      return;
    }
    this.saving = true;
    try {
      const response = await fetch(new URL(`api/cameras/${this.camera}`, this.#page), {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(patchOf(draft, this.#saved)),
        signal: AbortSignal.timeout(TIME_LIMIT),
      });
      if (!response.ok) this.#refuse(await refusalOf(response));
      else this.#keep(draft);
    } catch {
      this.#refuse('the server cannot be reached');
    }
    this.saving = false;
  }

  #refuse(why: string): void {
    this.#refused = [refusal(why)];
    this.message = `Not saved. ${sentence(why)}`;
  }

  #keep(draft: Draft): void {
    this.#former = { draft: this.#saved, until: Date.now() + SETTLE_MS };
    this.#saved = draft;
    this.#stepped();
    this.message = 'Saved.';
  }
}

const pick = (draft: Draft, fields: DraftField[]): Partial<Draft> =>
  Object.fromEntries(fields.map((field) => [field, draft[field]]));
