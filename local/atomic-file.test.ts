import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeFileAtomic } from './atomic-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'whole-'));
const disk = join(folder, 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true });
});

it.skipIf(!mounted)('(where mounting a small disk is allowed) a file stays as it was when the disk is full', () => {
  const file = join(disk, 'secret');
  writeFileAtomic(file, 'before');
  expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(200_000))).toThrow(/ENOSPC/);
  expect(() => writeFileAtomic(file, Buffer.alloc(100_000))).toThrow(/ENOSPC/);
  expect(readFileSync(file, 'utf8')).toBe('before');
  expect(readdirSync(disk).sort()).toEqual(['filler', 'secret']);
});
