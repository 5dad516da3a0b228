import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../supervisor/spawn.ts';
import { createTargetFiles } from './prometheus.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-prometheus-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (job: string) => JSON.parse(readFileSync(join(folder, 'targets', `${job}.json`), 'utf8'));

it('says what is scraped, a target for each replica, and forgets what an earlier start said', () => {
  const earlier = createTargetFiles(folder);
  earlier.write('old', [{ instance: 'old', port: 1 }]);
  const targets = createTargetFiles(folder);
  targets.write('functions', [
    { job: 'detect-faces', instance: 'detect-faces-1', port: 4001 },
    { job: 'detect-faces', instance: 'detect-faces-2', port: 4002 },
  ]);
  targets.write('camera', [{ instance: 'camera', port: 4003 }]);
  expect(read('functions')).toEqual([
    { targets: ['127.0.0.1:4001'], labels: { job: 'detect-faces', instance: 'detect-faces-1' } },
    { targets: ['127.0.0.1:4002'], labels: { job: 'detect-faces', instance: 'detect-faces-2' } },
  ]);
  expect(read('camera')).toEqual([{ targets: ['127.0.0.1:4003'], labels: { instance: 'camera' } }]);
  targets.write('functions', []);
  expect(read('functions')).toEqual([]);
  expect(() => read('old')).toThrow();
});

it.skipIf(!findProgram('promtool'))('the configuration is valid (needs promtool)', () => {
  cpSync('prometheus/prometheus.yml', join(folder, 'prometheus.yml'));
  writeFileSync(join(folder, 'monitoring-password'), 'x');
  cpSync('prometheus/rules', join(folder, 'rules'), { recursive: true });
  const targets = createTargetFiles(folder);
  for (const job of ['functions', 'connector', 'camera', 'gateway', 'alertmanager', 'rabbitmq'])
    targets.write(job, [{ instance: job, port: 1 }]);
  const said = execFileSync('promtool', ['check', 'config', join(folder, 'prometheus.yml')], { encoding: 'utf8' });
  expect(said).toContain('SUCCESS');
});
