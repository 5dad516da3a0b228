import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As V8 writes it, what is read of it; microseconds. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
  startTime: number;
}

/** What a process did, by place; several processes of one part are added up. Microseconds. */
export interface Places {
  busy: number;
  /** The largest first. */
  places: { place: string; micros: number }[];
}

/** @param window by the clock of `process.hrtime`, microseconds. */
export function readProfiles(folder: string, window: { from: number; to: number }): Map<string, Places> {
  const parts = new Map<string, Map<string, number>>();
  for (const file of readdirSync(folder)) {
    const profile: CpuProfile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const part = partOf(profile);
    if (!part) continue;
    const sums = parts.get(part) ?? new Map<string, number>();
    parts.set(part, sums);
    addUp(profile, window, sums);
  }
  return new Map([...parts].map(([part, sums]) => [part, toPlaces(sums)]));
}

/** `functions/results-ws/dist/main.js` -> `results-ws`; of the start only its gateway has frames to do with. */
function partOf({ nodes }: CpuProfile): string | undefined {
  const urls = new Set(nodes.map(({ callFrame }) => callFrame.url));
  for (const url of urls) {
    const [, part, program] = /([^/]+)\/dist\/(gateway\/main|main)\.js$/.exec(url) ?? [];
    if (part && !url.includes('node_modules') && (part !== 'local' || program === 'gateway/main')) return part;
  }
  return undefined;
}

function addUp(
  { nodes, samples, timeDeltas, startTime }: CpuProfile,
  window: { from: number; to: number },
  sums: Map<string, number>,
) {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  let at = startTime;
  for (const [i, id] of samples.entries()) {
    const delta = timeDeltas[i]!;
    at += delta;
    const place = places.get(id);
    if (at >= window.from && at <= window.to && place) sums.set(place, (sums.get(place) ?? 0) + delta);
  }
}

function placeOf({ functionName, url }: { functionName: string; url: string }): string | undefined {
  if (functionName === '(idle)') return undefined;
  if (url === '') return functionName; // of V8 or of the kernel
  const [, packageName] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (packageName) return packageName;
  return url.startsWith('node:') ? url : 'our own';
}

function toPlaces(sums: Map<string, number>): Places {
  const places = [...sums].map(([place, micros]) => ({ place, micros })).sort((a, b) => b.micros - a.micros);
  return { busy: places.reduce((sum, { micros }) => sum + micros, 0), places };
}
