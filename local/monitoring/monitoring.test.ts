import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitCredentials } from '@framewire/runtime/http';
import { waitFor } from '@framewire/runtime/process';
import { expect, it, vi } from 'vitest';
import { freePorts } from '../supervisor/free-ports.ts';
import { openPidFile } from '../supervisor/pid-file.ts';
import { findProgram, type Program } from '../supervisor/spawn.ts';
import type { SupervisedProcess } from '../supervisor/supervised-process.ts';
import { answers, createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';
import { startMonitoring } from './monitoring.ts';

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
      return { name, child: undefined, stop: async () => {} } satisfies SupervisedProcess;
    },
  };
  const monitoring = startMonitoring({
    root: '.',
    data,
    ports,
    prometheusUrl,
    gatewayUrl: 'http://127.0.0.1:1',
    secrets: { gateway: 'word', monitoring: 'word' },
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
  expect(monitoring.remarks.join()).toContain('no metrics');
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

const installed = Boolean(findProgram('prometheus') && findProgram('prometheus-alertmanager'));

it.skipIf(!installed)(
  'both answer nobody without the password, and know each other by it (needs both)',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'framewire-monitoring-'));
    const [prometheus, alertmanager] = await freePorts(2);
    const monitoring = startMonitoring({
      root: '.',
      data,
      ports: { ...ports, prometheus: prometheus!, alertmanager: alertmanager! },
      prometheusUrl: undefined,
      gatewayUrl: 'http://127.0.0.1:1',
      secrets: { gateway: 'word', monitoring: 'another word' },
      supervisor: createSupervisor({
        data,
        pidFile: await openPidFile(data, () => {}),
        say: () => {},
        onWrongSetting: () => {},
      }),
    });
    try {
      for (const [name, url] of monitoring.ready) await waitFor(name, () => answers(url), { timeout: 30_000 });
      for (const address of [monitoring.prometheusUrl!, monitoring.alertmanagerUrl!]) {
        const { url } = splitCredentials(address);
        for (const path of ['', 'metrics', '-/ready', 'api/v1/query?query=up', 'api/v2/alerts']) {
          const headers = { host: 'evil.example', origin: 'http://evil.example' };
          expect((await fetch(url + path, { headers, redirect: 'manual' })).status, path).toBe(401);
        }
      }
      const { url, headers } = splitCredentials(monitoring.prometheusUrl!);
      const scraped = async () => {
        const answer = await fetch(`${url}api/v1/query?query=up{job="alertmanager"}`, { headers });
        return ((await answer.json()) as { data: { result: { value: [number, string] }[] } }).data.result[0]?.value[1];
      };
      await waitFor('Alertmanager to be scraped', async () => (await scraped()) === '1', {
        timeout: 40_000,
        every: 500,
      });
      const found = await (await fetch(`${url}api/v1/alertmanagers`, { headers })).json();
      expect(found).toMatchObject({ data: { activeAlertmanagers: [{}] } });
    } finally {
      await monitoring.stop();
      rmSync(data, { recursive: true });
    }
  },
  90_000,
);
