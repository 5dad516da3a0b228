import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFileAtomic, writeFileAtomicSync } from './atomic-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'whole-'));
const disk = join(folder, 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true });
});

describe.each([
  ['and goes on meanwhile', writeFileAtomic],
  ['and waits', writeFileAtomicSync],
])('a process that writes a file %s', (name, write) => {
  it('replaces it whole, for its owner only, whatever an earlier attempt left behind', async () => {
    const file = join(folder, name, 'list');
    await write(file, 'before');
    writeFileSync(join(folder, name, '.list.new'), 'half', { mode: 0o644 });
    await write(file, 'after');
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, name))).toEqual(['list']);
  });

  it.skipIf(!mounted)('(where mounting a small disk is allowed) keeps it as it was when the disk is full', async () => {
    const file = join(disk, 'secret');
    await write(file, 'before');
    expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(200_000))).toThrow(/ENOSPC/);
    await expect((async () => write(file, Buffer.alloc(100_000)))()).rejects.toThrow(/ENOSPC/);
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(disk).sort()).toEqual(['filler', 'secret']);
    rmSync(join(disk, 'filler'));
  });
});
