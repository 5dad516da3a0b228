import { type CameraSpec, cameraId } from '@framewire/contract';
import { describeIssues, type Env } from '@framewire/runtime/process';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { addressedSpec } from '../../address/address.ts';
import type { RefusedEntry } from '../list.ts';
import { resolveReferences } from './references.ts';

/** What a file of cameras says. */
export interface DefinedCameras {
  cameras: Map<string, CameraSpec>;
  /** Each with its line. */
  refused: RefusedEntry[];
  /** Files with passwords that it refers to. */
  files: Set<string>;
}

/** A file of cameras holds as many as it likes, but no bombs of aliases. */
const MAX_ALIASES = 100;

/**
 * Reads `cameras: {door: {url: …}}`. An entry that is no camera is refused with its line; the others count.
 * @throws Error with a line, where it is no YAML or no list of cameras. Nothing of an address is repeated.
 */
export function parseCamerasFile(text: string, env: Env): DefinedCameras {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number | undefined) => `line ${lines.linePos(offset ?? 0).line}`;
  const [error] = document.errors;
  if (error)
    throw new Error(
      `${lineOf(error.pos[0])}: ${error.code === 'DUPLICATE_KEY' ? 'a name stands there twice' : 'this is not YAML'}`,
    );
  const found: DefinedCameras = { cameras: new Map(), refused: [], files: new Set() };
  if (document.contents === null) return found;
  const root: unknown = document.contents;
  const start = (node: unknown) => lineOf((node as Node | null)?.range?.[0]);
  if (!isMap(root))
    throw new Error(`${start(root)}: the file is of the form "cameras:", and below it an entry for each camera`);
  for (const { key } of root.items)
    if (!isScalar(key) || key.value !== 'cameras') throw new Error(`${start(key)}: known at this level: cameras`);
  const cameras: unknown = root.get('cameras', true);
  if (cameras === undefined || (isScalar(cameras) && cameras.value === null)) return found;
  if (!isMap(cameras)) throw new Error(`${start(cameras)}: cameras are written as "door: {url: …}"`);

  for (const { key, value } of cameras.items) {
    const id = isScalar(key) ? String(key.value) : '';
    const refuse = (reason: string) =>
      found.refused.push({ camera_id: id.slice(0, 100), reason: `${start(key)}: ${reason}` });
    try {
      const entry: unknown = (value as Node | null)?.toJS(document, { maxAliasCount: MAX_ALIASES }) ?? {};
      const spec = judge(id, entry, env, found.files);
      if (typeof spec === 'string') refuse(spec);
      else found.cameras.set(id, spec);
    } catch (error) {
      refuse((error as Error).message);
    }
  }
  return found;
}

/** The camera, or what is wrong with it. */
function judge(id: string, entry: unknown, env: Env, files: Set<string>): CameraSpec | string {
  const checkedId = cameraId.safeParse(id);
  if (!checkedId.success) return describeIssues(checkedId.error);
  const url = (entry as { url?: unknown } | null)?.url;
  let whole = entry;
  if (typeof url === 'string') whole = { ...(entry as object), url: resolveReferences(url, env, files) };
  const spec = addressedSpec.safeParse(whole);
  return spec.success ? spec.data : describeIssues(spec.error);
}
