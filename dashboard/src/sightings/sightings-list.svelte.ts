import { type Sighting, sightingsAnswer } from '@framewire/contract';
import { refusalOf } from '../state/polled.svelte.ts';
import { type SightingFilter, searchOf } from './filters.ts';

const PAGE = 60;
const EVERY_MS = 3_000;
const TIME_LIMIT_MS = 10_000;

/** Sightings that a filter finds, the newest first: more at the end on demand, and new ones at the head by themselves. */
export class SightingsList {
  readonly #page: URL;
  readonly #filter: SightingFilter;
  rows = $state.raw<Sighting[]>([]);
  /** Whether there are more behind the last one. */
  next = $state<string>();
  /** Whether there was an answer or a failure. */
  settled = $state(false);
  loading = $state(false);
  problem = $state<string>();

  constructor(page: URL, filter: SightingFilter) {
    this.#page = page;
    this.#filter = filter;
  }

  /** @returns what stops it. */
  start(): () => void {
    void this.#refresh();
    const timer = setInterval(() => void this.#refresh(), EVERY_MS);
    return () => clearInterval(timer);
  }

  /** The newest page again: what is new comes first, and those that last are as they are now. */
  async #refresh(): Promise<void> {
    const answer = await this.#ask();
    if (!answer) return;
    const known = new Set(answer.sightings.map(({ id }) => id));
    const older = this.rows.filter(({ id }) => !known.has(id));
    const last = answer.sightings.at(-1);
    const reaches = !last || answer.next === undefined || this.rows.some(({ id }) => id === last.id);
    // so many came since that some between are not known: the list begins again
    if (!reaches || this.rows.length === 0) {
      this.rows = answer.sightings;
      this.next = answer.next;
    } else this.rows = [...answer.sightings, ...older.filter(({ begin }) => !last || begin <= last.begin)];
  }

  async more(): Promise<void> {
    const cursor = this.next;
    if (this.loading || !cursor) return;
    this.loading = true;
    const answer = await this.#ask(cursor);
    this.loading = false;
    if (!answer) return;
    const known = new Set(this.rows.map(({ id }) => id));
    this.rows = [...this.rows, ...answer.sightings.filter(({ id }) => !known.has(id))];
    this.next = answer.next;
  }

  async #ask(cursor?: string) {
    const search = searchOf(this.#filter);
    search.set('limit', String(PAGE));
    if (cursor) search.set('cursor', cursor);
    try {
      const answer = await fetch(new URL(`api/sightings?${search}`, this.#page), {
        signal: AbortSignal.timeout(TIME_LIMIT_MS),
      });
      if (!answer.ok) throw new Error(await refusalOf(answer));
      const parsed = sightingsAnswer.parse(await answer.json());
      this.problem = undefined;
      return parsed;
    } catch (error) {
      this.problem = error instanceof Error && error.name === 'Error' ? error.message : 'the server cannot be reached';
      return undefined;
    } finally {
      this.settled = true;
    }
  }
}
