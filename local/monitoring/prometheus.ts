import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@framewire/runtime/process';
import { baseEnv, findProgram } from '../supervisor/spawn.ts';
import type { SupervisedProcess } from '../supervisor/supervised-process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { writeWebConfig } from './web-config.ts';

export interface Target {
  /** What the label `job` says, where it is not the name of the file's own job. */
  job?: string;
  /** What the label `instance` says. */
  instance: string;
  port: number;
}

/** Files with the targets that Prometheus scrapes; it reads a file again when it changes. */
export interface TargetFiles {
  write(job: string, targets: Target[]): void;
}

/** @param folder a folder `targets` in it is emptied and written to. */
export function createTargetFiles(folder: string): TargetFiles {
  const targets = join(folder, 'targets');
  mkdirSync(targets, { recursive: true });
  for (const file of readdirSync(targets)) rmSync(join(targets, file));
  const last = new Map<string, string>();
  return {
    write(job, list) {
      const groups = list.map(({ job, instance, port }) => ({
        targets: [`127.0.0.1:${port}`],
        labels: { ...(job && { job }), instance },
      }));
      const text = JSON.stringify(groups, null, 2);
      if (last.get(job) === text) return;
      const file = join(targets, `${job}.json`);
      try {
        // never half a file: Prometheus may read at any moment
        writeFileAtomicSync(file, text);
        last.set(job, text);
      } catch {
        // a full disk must not end what runs: written at the next change
      }
    },
  };
}

/**
 * Runs Prometheus with the repository's scrape configuration and rules; what it stores stays in `folder`.
 * Undefined where it is not installed: the system runs without metrics.
 */
export function startPrometheus(options: {
  /** The repository. */
  root: string;
  folder: string;
  port: number;
  /** Of the user `framewire`, here and at Alertmanager. */
  password: string;
  supervisor: Supervisor;
}): SupervisedProcess | undefined {
  const { root, folder, port, password, supervisor } = options;
  const command = findProgram('prometheus');
  if (!command) return undefined;
  const config = join(folder, 'prometheus.yml');
  writeFileAtomicSync(config, readFileSync(join(root, 'prometheus', 'prometheus.yml'), 'utf8'));
  // beside the configuration, which names it
  writeFileAtomicSync(join(folder, 'monitoring-password'), password);
  rmSync(join(folder, 'rules'), { recursive: true, force: true });
  const rules = join(root, 'prometheus', 'rules');
  for (const file of readdirSync(rules))
    writeFileAtomicSync(join(folder, 'rules', file), readFileSync(join(rules, file), 'utf8'));
  return supervisor.program('prometheus', {
    command,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      '--storage.tsdb.retention.time=2d',
      // if Alertmanager missed the end of an alert, Prometheus sends it again after this, instead of a minute
      '--rules.alert.resend-delay=10s',
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.config.file=${writeWebConfig(folder, password)}`,
      // no page of another origin may read it
      `--web.cors.origin=http://127\\.0\\.0\\.1:${port}`,
      '--log.level=warn',
    ],
    env: baseEnv(),
  });
}
