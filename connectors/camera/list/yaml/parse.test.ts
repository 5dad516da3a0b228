import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCamerasFile } from './parse.ts';

const folder = mkdtempSync(join(tmpdir(), 'framewire-yaml-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secret = join(folder, 'yard');
writeFileSync(secret, 'p@ss/word\n');

const parsed = (text: string, env = {}) => {
  const { cameras, refused } = parseCamerasFile(text, env);
  return {
    cameras: Object.fromEntries(cameras),
    refused: refused.map(({ camera_id, reason }) => `${camera_id}: ${reason}`),
  };
};

it('is a list of cameras, with passwords from variables and files', () => {
  const text = `
# kept in git
cameras:
  door:
    name: Front door
    url: rtsp://admin:\${DOOR_PASSWORD}@10.0.0.4/live
    topics: { faces: { fps: 10 }, objects: { fps: 2 } }
  yard:
    url: "rtsp://admin:\${file:${secret}}@10.0.0.5/live"
  hall: { url: "\${HALL}", fps: 5, paused: true }
`;
  expect(parsed(text, { DOOR_PASSWORD: 'hun#ter:2', HALL: 'http://me:a%20b@h/x' })).toMatchObject({
    cameras: {
      door: {
        name: 'Front door',
        url: 'rtsp://admin:hun%23ter%3A2@10.0.0.4/live',
        topics: { faces: { fps: 10 }, objects: { fps: 2 } },
        deadline_ms: 2_000,
      },
      yard: { url: 'rtsp://admin:p%40ss%2Fword@10.0.0.5/live', fps: 10 },
      hall: { url: 'http://me:a%20b@h/x', fps: 5, paused: true },
    },
    refused: [],
  });
});

it('names each entry that is no camera with its line; the others count', () => {
  const text = `cameras:
  a b: { url: "demo:" }
  door: { url: "demo:", fps: 0 }
  yard:
    url: rtsp://admin:\${MISSING}@10.0.0.5/live
  file: { url: "rtsp://a:\${file:/nowhere}@h/" }
  odd: { url: "rtsp://a:\${x y}@h/" }
  none:
  hall: { url: "demo:", colour: red }
  good: { url: "demo:" }
`;
  const { cameras, refused } = parsed(text);
  expect(Object.keys(cameras)).toEqual(['good']);
  expect(refused).toEqual([
    expect.stringMatching(/^a b: line 2: a camera id is/),
    'door: line 3: fps must be above 0',
    'yard: line 4: the variable MISSING is not set',
    'file: line 6: the file /nowhere cannot be read: ENOENT',
    expect.stringMatching(/^odd: line 7: .* is no reference; allowed: /),
    'none: line 8: a camera needs a url, as text',
    expect.stringMatching(/^hall: line 9: unknown field "colour"/),
  ]);
});

describe('a file without cameras', () => {
  it.each(['', '# nothing\n', 'cameras:\n', 'cameras: {}\n'])('%j is an empty list', (text) =>
    expect(parsed(text)).toEqual({ cameras: {}, refused: [] }),
  );

  it.each([
    ['cameras: [\n', /^line \d+: this is not YAML/],
    ['cameras:\n  a: {url: "demo:"}\n  a: {url: "demo:"}\n', /^line 3: a name stands there twice/],
    ['- door\n', /^line 1: the file is of the form/],
    ['cameras:\n  - door\n', /^line 2: cameras are written as/],
    ['cameras: {}\nzones: {}\n', /^line 2: known at this level: cameras/],
  ])('%j is refused', (text, message) => expect(() => parsed(text)).toThrow(message));
});
