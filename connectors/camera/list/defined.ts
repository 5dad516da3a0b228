import { isDeepStrictEqual } from 'node:util';
import { type CameraRecord, type CameraSpec, cameraId } from '@framewire/contract';
import { createTurns } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { StateReporter } from '../capture/state-reporter.ts';
import type { ChangeReporter } from '../changes/change-reporter.ts';
import { changeOf, nameOf } from '../changes/changes.ts';
import type { CameraList, RefusedEntry } from './list.ts';
import type { DefinedCameras } from './yaml/parse.ts';
import type { CamerasFile } from './yaml/watch.ts';

/** The cameras that a file defines: only the file changes them. One that the list has too is taken out of the list. */
export interface Defined {
  /** Reads the file: from now on it is known which cameras it defines. */
  read(): void;
  /** Lets its cameras run, once the list is open, and follows the file from then on. */
  begin(): Promise<void>;
  /** The file, if it defines this camera. */
  fileOf(id: string): string | undefined;
  refused(): RefusedEntry[];
}

export interface DefinedOptions {
  list: Pick<CameraList, 'has' | 'remove' | 'defined' | 'setDefined'>;
  file: CamerasFile | undefined;
  bring(id: string, spec: CameraSpec): Promise<unknown>;
  end(id: string): Promise<unknown>;
  changes: ChangeReporter;
  reporter: StateReporter;
  log: Log;
}

export function createDefinedCameras({ list, file, bring, end, changes, reporter, log }: DefinedOptions): Defined {
  let specs = new Map<string, CameraSpec>();
  let refused: RefusedEntry[] = [];
  let first: DefinedCameras | undefined;
  const inTurn = createTurns();

  /** @param before what ran, or ran when the connector was stopped: of that nothing but the ids is known. */
  async function apply(found: DefinedCameras, before: ReadonlyMap<string, CameraSpec | undefined>): Promise<void> {
    const by = file?.path ?? 'the settings';
    const wasRefused = refused;
    const isRefused = (id: string) => found.refused.some(({ camera_id }) => camera_id === id);
    // one that cannot be read any more runs as it did
    const kept = [...specs].filter(([id]) => isRefused(id));
    specs = new Map([...found.cameras, ...kept]);
    refused = found.refused;
    for (const { camera_id, reason } of refused) log.warn({ camera_id, reason }, `an entry of ${by} is no camera`);
    for (const id of new Set([...before.keys(), ...wasRefused.map(({ camera_id }) => camera_id)])) {
      if (specs.has(id) || isRefused(id) || list.has(id)) continue;
      if (before.has(id)) changes.report({ camera_id: id, action: 'removed', by, ...nameOf(before.get(id)) });
      await end(id);
    }
    for (const [id, spec] of found.cameras) {
      if (list.has(id)) {
        log.warn({ camera_id: id }, `camera ${id} is defined in ${by} from now on`);
        await list.remove(id, async () => {}).catch((error: Error) => log.warn(error.message));
      }
      const known = before.get(id);
      const isNews = known ? !isDeepStrictEqual(known, spec) : !before.has(id);
      if (isNews) changes.report(changeOf(id, known, spec, by));
    }
    await Promise.all([...found.cameras].map(([id, spec]) => bring(id, spec)));
    for (const { camera_id, reason } of refused)
      if (!specs.has(camera_id) && !list.has(camera_id) && cameraId.safeParse(camera_id).success)
        reporter.report(refusedRecord(camera_id, 'offline', `its entry in ${by} is refused: ${reason}`));
    await list.setDefined([...specs.keys()]).catch((error: Error) => log.warn(error.message));
  }

  return {
    read() {
      first = file?.read();
      specs = new Map(first?.cameras);
    },
    async begin() {
      const before = new Map(list.defined().map((id) => [id, undefined]));
      const nothing: DefinedCameras = { cameras: new Map(), refused: [], files: new Set() };
      // a file that cannot be read removes nothing
      if (first || !file) await inTurn(() => apply(first ?? nothing, before));
      file?.watch((found) => inTurn(() => apply(found, specs)));
    },
    fileOf: (id) => (specs.has(id) ? file?.path : undefined),
    refused: () => refused,
  };
}

/** So that a page shows it, with what is wrong. */
export const refusedRecord = (camera_id: string, state: 'offline' | 'removed', reason?: string): CameraRecord => ({
  camera_id,
  state,
  ...(reason !== undefined && { reason }),
  since: Date.now() / 1000,
  timestamp: Date.now() / 1000,
  restarts: 0,
});
