import { describe, expect, it } from 'vitest';
import { quotaInCores } from './cores.ts';

const machine = (files: Record<string, string>) => (path: string) => {
  const text = files[path];
  if (text === undefined) throw new Error(`ENOENT: ${path}`);
  return text;
};
const ROOT = '/sys/fs/cgroup';

describe('the cores that were given', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    [
      'none by name, without a quota',
      { '/proc/self/cgroup': '0::/\n', [`${ROOT}/cpu.max`]: 'max 100000\n' },
      undefined,
    ],
    ['none by name, without cgroups', {}, undefined],
    ['a quota, in a container', { '/proc/self/cgroup': '0::/\n', [`${ROOT}/cpu.max`]: '200000 100000\n' }, 2],
    ['a part of a core is one', { '/proc/self/cgroup': '0::/\n', [`${ROOT}/cpu.max`]: '10000 100000\n' }, 1],
    ['one and a half are two', { '/proc/self/cgroup': '0::/\n', [`${ROOT}/cpu.max`]: '150000 100000\n' }, 2],
    ['no more than it may run on', { '/proc/self/cgroup': '0::/\n', [`${ROOT}/cpu.max`]: '6400000 100000\n' }, 4],
    [
      'the tightest on the way up',
      {
        '/proc/self/cgroup': '0::/system.slice/framewire.service\n',
        [`${ROOT}/system.slice/framewire.service/cpu.max`]: '300000 100000\n',
        [`${ROOT}/system.slice/cpu.max`]: '200000 100000\n',
      },
      2,
    ],
    ['version 1', { [`${ROOT}/cpu/cpu.cfs_quota_us`]: '300000\n', [`${ROOT}/cpu/cpu.cfs_period_us`]: '100000\n' }, 3],
    [
      'version 1 without',
      { [`${ROOT}/cpu/cpu.cfs_quota_us`]: '-1\n', [`${ROOT}/cpu/cpu.cfs_period_us`]: '100000\n' },
      undefined,
    ],
  ])('are %s', (_, files, cores) => {
    expect(quotaInCores(machine(files), 4)).toBe(cores);
  });
});
