import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readProfiles } from './profiles.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-profiles-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, program: string, samples: number[]) => {
  const frames = [
    ['(idle)', ''],
    ['handle', program],
    ['parse', 'file:///fw/node_modules/zod/v4/core/parse.js'],
    ['write', 'file:///fw/node_modules/@scope/wire/index.js'],
    ['writev', ''],
    ['emit', 'node:events'],
    ['start', 'file:///fw/bench/dist/profiler.js?folder=x'],
  ];
  const nodes = frames.map(([functionName, url], i) => ({ id: i + 1, callFrame: { functionName, url } }));
  const timeDeltas = samples.map(() => 100);
  writeFileSync(join(folder, name), JSON.stringify({ nodes, samples, timeDeltas, startTime: 1_000 }));
};

it('adds up what each part did within the window, by place, and leaves out who waits', () => {
  const results = 'file:///fw/functions/results-ws/dist/main.js';
  write('1.cpuprofile', results, [2, 2, 3, 4, 5, 6, 1, 2]); // sampled at 1100, 1200, ...
  write('2.cpuprofile', results, [4, 4, 4, 4, 4, 4, 4, 4]);
  write('3.cpuprofile', 'file:///fw/local/dist/main.js', [2, 2, 2, 2, 2, 2, 2, 2]); // the start command
  write('4.cpuprofile', 'file:///fw/local/dist/gateway/main.js', [1, 1, 2, 1, 1, 1, 1, 1]);
  const parts = readProfiles(folder, { from: 1_200, to: 1_700 });
  expect([...parts.keys()].sort()).toEqual(['local', 'results-ws']);
  expect(parts.get('results-ws')).toEqual({
    busy: 1_100,
    places: [
      { place: '@scope/wire', micros: 700 },
      { place: 'our own', micros: 100 },
      { place: 'zod', micros: 100 },
      { place: 'writev', micros: 100 },
      { place: 'node:events', micros: 100 },
    ],
  });
  expect(parts.get('local')).toEqual({ busy: 100, places: [{ place: 'our own', micros: 100 }] });
});
