import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const unit = readFileSync(join(import.meta.dirname, 'framewire.service'), 'utf8');
const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
const isThere = analyze('--version').status === 0;

describe.skipIf(!isThere)('the unit of systemd (needs systemd-analyze)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'framewire-unit-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What systemd complains of. Node may be elsewhere on this machine. */
  function verify(text: string): string {
    const file = join(folder, 'framewire.service');
    writeFileSync(file, text.replace('ExecStart=/usr/bin/node', `ExecStart=${process.execPath}`));
    const { stderr, stdout } = analyze('verify', '--man=no', file);
    return stderr + stdout;
  }

  it('is one that systemd takes as it is', () => {
    expect(verify(unit)).toBe('');
    expect(verify(unit.replace('KillMode=mixed', 'KillMode=gently'))).toContain('kill mode');
  });

  it('leaves the service little that it could do to the machine', () => {
    const { stdout } = analyze(
      'security',
      '--offline=true',
      '--threshold=20',
      join(import.meta.dirname, 'framewire.service'),
    );
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2);
  });
});
