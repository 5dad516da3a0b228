import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { startMonitoring } from './monitoring.ts';
import type { Kept } from './processes/keep.ts';
import type { Program } from './processes/program.ts';
import type { Supervisor } from './supervisor.ts';

const ports = {
  gateway: 1,
  gatewayMetrics: 2,
  dashboard: 3,
  connector: 4,
  camera: 5,
  prometheus: 6,
  alertmanager: 7,
};

/** What would be run, by name. */
function start(prometheusUrl?: string) {
  const data = mkdtempSync(join(tmpdir(), 'framewire-monitoring-'));
  const programs: Record<string, Omit<Program, 'log'>> = {};
  const supervisor: Pick<Supervisor, 'program'> = {
    program(name, program) {
      programs[name] = program;
      return { name, child: undefined, stop: async () => {} } satisfies Kept;
    },
  };
  const monitoring = startMonitoring({
    root: '.',
    data,
    ports,
    prometheusUrl,
    gatewayUrl: 'http://127.0.0.1:1',
    password: 'word',
    supervisor: supervisor as Supervisor,
  });
  rmSync(data, { recursive: true });
  return { monitoring, programs };
}

it("with a Prometheus of somebody's own neither is run", () => {
  const { monitoring, programs } = start('http://prometheus.example');
  expect(programs).toEqual({});
  expect(monitoring).toMatchObject({ prometheusUrl: 'http://prometheus.example', ready: [], remarks: [] });
  expect(monitoring.alertmanagerUrl).toBeUndefined();
});

it('where they are not installed the system runs without, and it is said what that leaves out', () => {
  vi.stubEnv('PATH', '/nowhere');
  const { monitoring, programs } = start();
  vi.unstubAllEnvs();
  expect(programs).toEqual({});
  expect(monitoring.remarks.join()).toContain('there are no numbers');
});

it('what is run listens on loopback alone', () => {
  const { monitoring, programs } = start();
  for (const { args } of Object.values(programs)) {
    const addresses = args.filter((arg) => arg.includes('listen-address'));
    expect(addresses).not.toEqual([]);
    for (const address of addresses) expect(address).toMatch(/=(127\.0\.0\.1:\d+)?$/);
  }
  expect(monitoring.ready).toHaveLength(Object.keys(programs).length);
});
