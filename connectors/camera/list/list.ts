import { isDeepStrictEqual } from 'node:util';
import { type CameraSpec, cameraId, cameraTopics, MAX_FORMER_IDS } from '@framewire/contract';
import { createTurns, describeIssues } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { addressedSpec, parseAddress } from '../address/address.ts';
import type { NamedCameras } from '../settings.ts';
import type { FormerId, FormerIds, Store, Stored } from './store.ts';

/** An entry of the list that is no camera. It stays in the file as it is until somebody puts or deletes that id. */
export interface RefusedEntry {
  camera_id: string;
  reason: string;
}

/** The list cannot be read, so nothing may be changed: writing would lose what stands in the file. */
export class ListUnreadable extends Error {
  override name = 'ListUnreadable';
}

/** Work that follows a change of the list. It starts in the order of the changes; the list does not wait for it to end. */
export type Follow<T> = (spec: CameraSpec, before: CameraSpec | undefined) => Promise<T>;

/** Makes what a camera is to be of what it is. */
export type Make = (before: CameraSpec | undefined) => CameraSpec | Promise<CameraSpec>;

/** There is a camera of that id, or an entry that was refused. */
export class IdTaken extends Error {
  override name = 'IdTaken';
}

/**
 * Which cameras there are, in memory as on disk. A change is written as a whole before it counts, one at a time; one that could
 * not be written has changed nothing. A start writes only where the command line or the setting names something new.
 */
export interface CameraList {
  /** Why the file cannot be read, while that is so. */
  problem(): string | undefined;
  refused(): RefusedEntry[];
  /**
   * Reads the list, once; does nothing where that is done. Where it cannot be read, the cameras that are named are all there is, and
   * the next call tries again.
   * @param begin called for each camera that was not there before.
   */
  open(begin: (id: string, spec: CameraSpec) => void): Promise<void>;
  /** Whether there is a camera or a refused entry of that id. */
  has(id: string): boolean;
  /** Cameras that the file of cameras defined when the list was written last. */
  defined(): string[];
  /** Rejects as `set` does. */
  setDefined(ids: string[]): Promise<void>;
  /** Ids that a camera had before, the oldest first. */
  formerly(id: string): FormerId[];
  /**
   * @param make gets what is there; what it throws passes.
   * Rejects with `NotSaved` or `ListUnreadable`, and then nothing has changed.
   */
  set<T>(id: string, make: Make, follow: Follow<T>): Promise<T>;
  /** Undefined where there is no such camera. Rejects with `IdTaken` and as `set` does. */
  rename<T>(id: string, to: string, follow: (spec: CameraSpec) => Promise<T>): Promise<T | undefined>;
  /** Undefined where there is no such entry. Rejects as `set` does. */
  remove<T>(id: string, follow: (before: CameraSpec | undefined) => Promise<T>): Promise<T | undefined>;
}

export interface CameraListOptions {
  store: Store;
  /** Cameras that the command line or the setting names. */
  named?: NamedCameras;
  /** Files that are named so, now or at a start before, are put in here. */
  files: Set<string>;
  log: Log;
}

export function createCameraList({ store, named = new Map(), files, log }: CameraListOptions): CameraList {
  /** As in the file. */
  let entries = new Map<string, unknown>();
  let former: FormerIds = new Map();
  let defined: string[] = [];
  const specs = new Map<string, CameraSpec>();
  const refused = new Map<string, string>();
  const change = createTurns();
  const begun = new Map<string, CameraSpec>();
  let read = false;
  let problem: string | undefined;

  async function open(begin: (id: string, spec: CameraSpec) => void): Promise<void> {
    if (read) return;
    let stored: Stored | undefined;
    try {
      stored = await store.read();
      read = true;
      problem = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== problem) log.error(`${message}: it is left as it is and read again from time to time`);
      problem = message;
    }
    entries = new Map(stored?.cameras);
    former = new Map(stored?.formerly);
    defined = stored?.defined ?? [];
    for (const path of stored?.files ?? []) files.add(path);
    for (const [id, entry] of entries) judge(id, entry);
    const isNew = addNamed();
    if (read && isNew) await save(entries, former).catch((error: Error) => log.warn(error.message));
    for (const [id, reason] of refused)
      log.warn({ camera_id: id, reason }, `an entry of ${store.file} is no camera: it is left as it is`);
    for (const [id, spec] of specs) {
      const before = begun.get(id);
      if (!before || !isSame(before, spec)) begin(id, spec);
      begun.set(id, spec);
    }
  }

  function judge(id: string, entry: unknown): void {
    const [checkedId, checkedSpec] = [cameraId.safeParse(id), addressedSpec.safeParse(entry)];
    if (checkedId.success && checkedSpec.success) specs.set(id, checkedSpec.data);
    else
      refused.set(
        id,
        [checkedId, checkedSpec].flatMap(({ error }) => (error ? [describeIssues(error)] : [])).join('; '),
      );
  }

  /** What a PUT changed stays, unless the setting names another address or other topics. True if this changes the list. */
  function addNamed(): boolean {
    let isNew = false;
    for (const [id, { address: url, topics }] of named) {
      const known = specs.get(id);
      if (
        known?.url !== url ||
        !entries.has(id) ||
        (topics && !isSame(cameraTopics(known), cameraTopics({ ...known, fps: undefined, topics })))
      ) {
        const { fps: _, topics: __, ...kept } = known?.url === url ? known : {};
        const spec = addressedSpec.parse({ ...kept, url, ...(topics && { topics }) });
        specs.set(id, spec);
        entries.set(id, spec);
        refused.delete(id);
        isNew = true;
      }
      const address = parseAddress(url);
      if (address.kind !== 'file' || files.has(address.path)) continue;
      files.add(address.path);
      isNew = true;
    }
    return isNew;
  }

  const save = (cameras: Map<string, unknown>, formerly: FormerIds) =>
    store.write({ cameras, files: [...files].filter(inUse(cameras)), formerly, defined });

  function wantRead(): void {
    if (!read) throw new ListUnreadable(`${problem ?? 'the list of cameras was not read yet'}; nothing was changed`);
  }

  /** Writes the new list, and replaces the one in memory only after that. */
  async function replace(next: Map<string, unknown>, nextFormer = former): Promise<void> {
    wantRead();
    await save(next, nextFormer);
    entries = next;
    former = nextFormer;
  }

  /** A change waits for the change before it, but not for the work that follows that one. */
  async function inTurn<T>(work: () => Promise<{ followed: Promise<T> }>): Promise<T> {
    const { followed } = await change(work);
    return followed;
  }

  return {
    problem: () => problem,
    refused: () => [...refused].map(([camera_id, reason]) => ({ camera_id, reason })),
    open: (begin) => change(() => open(begin)),
    formerly: (id) => former.get(id) ?? [],
    has: (id) => entries.has(id),
    defined: () => defined,
    setDefined: (ids) =>
      change(async () => {
        if (isSame(ids, defined)) return;
        const before = defined;
        defined = ids;
        await replace(entries).catch((error) => {
          defined = before;
          throw error;
        });
      }),
    set: (id, make, follow) =>
      inTurn(async () => {
        wantRead();
        const before = specs.get(id);
        const spec = await make(before);
        if (!before || !isSame(before, spec)) await replace(new Map(entries).set(id, spec));
        specs.set(id, spec);
        refused.delete(id);
        return { followed: follow(spec, before) };
      }),
    async rename(id, to, follow) {
      return inTurn(async () => {
        wantRead();
        const spec = specs.get(id);
        if (!spec) return { followed: Promise.resolve(undefined) };
        if (entries.has(to)) throw new IdTaken(`there is a camera ${to} already`);
        const [next, nextFormer] = [new Map(entries).set(to, spec), new Map(former)];
        next.delete(id);
        nextFormer.delete(id);
        const ids = [...(former.get(id) ?? []), { camera_id: id, until: Date.now() / 1000 }];
        nextFormer.set(to, ids.slice(-MAX_FORMER_IDS));
        await replace(next, nextFormer);
        specs.delete(id);
        specs.set(to, spec);
        return { followed: follow(spec) };
      });
    },
    async remove(id, follow) {
      return inTurn(async () => {
        if (!entries.has(id) && read) return { followed: Promise.resolve(undefined) };
        const [next, nextFormer] = [new Map(entries), new Map(former)];
        next.delete(id);
        nextFormer.delete(id);
        await replace(next, nextFormer);
        const before = specs.get(id);
        specs.delete(id);
        refused.delete(id);
        return { followed: follow(before) };
      });
    },
  };
}

/** A file that no camera plays any more is forgotten. */
const inUse = (cameras: Map<string, unknown>) => (path: string) =>
  [...cameras.values()].some((entry) => (entry as Partial<CameraSpec> | null)?.url === path);

const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);
