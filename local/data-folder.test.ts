import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeDataFolder } from './data-folder.ts';

let base: string;
const umask = process.umask();
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'framewire-folder-'));
});
afterEach(() => {
  process.umask(umask);
  rmSync(base, { recursive: true, force: true });
});

const modeOf = (...path: string[]) => statSync(join(base, ...path)).mode & 0o7777;
function make(mode: number, ...path: string[]): void {
  writeFileSync(join(base, ...path), 'text');
  chmodSync(join(base, ...path), mode);
}

it('is made for its owner alone, as is all that is written from then on', () => {
  closeDataFolder(join(base, 'data'));
  writeFileSync(join(base, 'data', 'later'), 'text');
  mkdirSync(join(base, 'data', 'folder'));
  expect([modeOf('data'), modeOf('data', 'later'), modeOf('data', 'folder')]).toEqual([0o700, 0o600, 0o700]);
});

it('that an earlier version left open is closed, with all that is in it', () => {
  mkdirSync(join(base, 'data', 'rabbitmq', 'mnesia'), { recursive: true, mode: 0o755 });
  for (const folder of ['data', 'data/rabbitmq', 'data/rabbitmq/mnesia']) chmodSync(join(base, folder), 0o755);
  make(0o644, 'data', 'rabbitmq', 'mnesia', '00000001.wal');
  make(0o400, 'data', 'rabbitmq', '.erlang.cookie');
  make(0o644, 'data', 'run.json');
  make(0o644, 'elsewhere');
  symlinkSync(join(base, 'elsewhere'), join(base, 'data', 'rabbitmq', 'link'));
  closeDataFolder(join(base, 'data'));
  expect(modeOf('data')).toBe(0o700);
  expect(modeOf('data', 'rabbitmq', 'mnesia')).toBe(0o700);
  expect(modeOf('data', 'rabbitmq', 'mnesia', '00000001.wal')).toBe(0o600);
  expect(modeOf('data', 'rabbitmq', '.erlang.cookie')).toBe(0o400);
  expect(modeOf('data', 'run.json')).toBe(0o600);
  expect(modeOf('elsewhere')).toBe(0o644);
});

it('that holds other things keeps its rights: it may be a home, or one for all', () => {
  chmodSync(base, 0o755);
  make(0o644, 'something');
  closeDataFolder(base);
  expect([modeOf(), modeOf('something')]).toEqual([0o755, 0o644]);
  chmodSync(base, 0o1777);
  make(0o644, 'run.json');
  closeDataFolder(base);
  expect([modeOf(), modeOf('run.json'), modeOf('something')]).toEqual([0o1777, 0o600, 0o644]);
});
