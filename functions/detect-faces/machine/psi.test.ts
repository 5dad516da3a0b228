import { existsSync } from 'node:fs';
import { waitFor } from '@framewire/runtime/process';
import { Registry } from '@framewire/runtime/telemetry';
import { describe, expect, it } from 'vitest';
import { createMachinePressure } from './psi.ts';

const psi = (total: number) => `some avg10=1.00 avg60=0.50 avg300=0.10 total=${total}\nfull avg10=0.00 total=7\n`;

function setUp(files: Record<string, string>) {
  let now = 0;
  const registry = new Registry();
  const looked: string[] = [];
  const pressure = createMachinePressure({
    registry,
    nodeId: 'node-a',
    clock: () => now,
    read(path) {
      looked.push(path);
      if (files[path] === undefined) throw new Error(`ENOENT: ${path}`);
      return files[path];
    },
  });
  return {
    pressure,
    registry,
    files,
    looked,
    pass(ms: number) {
      now += ms;
    },
  };
}

describe('the PSI of the machine', () => {
  it('is the share of the last second in which a program waited', () => {
    const { pressure, files, pass } = setUp({ '/proc/pressure/cpu': psi(5_000_000), '/proc/pressure/memory': psi(0) });
    files['/proc/pressure/cpu'] = psi(5_640_000);
    pass(1_000);
    expect(pressure.read()).toEqual({ cpu_pressure: 0.64, memory_pressure: 0 });
    files['/proc/pressure/cpu'] = psi(9_999_999);
    pass(1_000);
    expect(pressure.read()).toMatchObject({ cpu_pressure: 1 });
  });

  it('is read once a second at most, and leaves out a pause between two reads', () => {
    const { pressure, files, pass, looked } = setUp({ '/proc/pressure/cpu': psi(0) });
    pass(999);
    const before = looked.length;
    expect([pressure.read(), looked.length]).toEqual([{}, before]);
    files['/proc/pressure/cpu'] = psi(500_000);
    pass(60_000);
    expect(pressure.read()).toEqual({});
    files['/proc/pressure/cpu'] = psi(1_000_000);
    pass(1_000);
    expect(pressure.read()).toEqual({ cpu_pressure: 0.5 });
  });

  it('is that of its own control group if that has one', () => {
    const group = '/sys/fs/cgroup/system.slice/framewire.service';
    const { pressure, files, pass } = setUp({
      '/proc/self/cgroup': '0::/system.slice/framewire.service\n',
      [`${group}/memory.pressure`]: psi(0),
      '/proc/pressure/memory': psi(0),
      '/proc/pressure/io': psi(0),
    });
    files[`${group}/memory.pressure`] = psi(300_000);
    files['/proc/pressure/memory'] = psi(900_000);
    files['/proc/pressure/io'] = psi(100_000);
    pass(1_000);
    expect(pressure.read()).toEqual({ memory_pressure: 0.3, io_pressure: 0.1 });
  });

  it('is absent if the kernel does not report it', async () => {
    const { pressure, registry, pass } = setUp({});
    pass(1_000);
    expect(pressure.read()).toEqual({});
    expect(await registry.metrics()).not.toContain('resource=');
  });

  it('is a metric too', async () => {
    const { registry, files, pass } = setUp({ '/proc/pressure/io': psi(0) });
    files['/proc/pressure/io'] = psi(250_000);
    pass(1_000);
    expect(await registry.metrics()).toContain('cv_pressure_ratio{node_id="node-a",resource="io"} 0.25');
  });

  it.skipIf(!existsSync('/proc/pressure/cpu'))('is read from the running kernel (needs PSI)', async () => {
    const pressure = createMachinePressure({ registry: new Registry(), nodeId: 'node-a' });
    const read = await waitFor('a second', () => Object.keys(pressure.read()).length > 0 && pressure.read());
    for (const share of Object.values(read)) expect(share >= 0 && share <= 1).toBe(true);
  });
});
