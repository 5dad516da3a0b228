import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The CPU quota of this process in cores (`cpu.max` of its cgroup or a parent, or that of version 1), rounded up, and no more than the
 * cores it may run on. Undefined without a quota: then other replicas may share the machine.
 */
export function quotaInCores(
  read = (path: string) => readFileSync(path, 'utf8'),
  usable = availableParallelism(),
): number | undefined {
  const quotas = [...quotaOfVersion2(read), quotaOfVersion1(read)].filter((quota) => quota !== undefined && quota > 0);
  if (quotas.length === 0) return undefined;
  return Math.min(usable, Math.ceil(Math.min(...(quotas as number[]))));
}

type Read = (path: string) => string;
const ROOT = '/sys/fs/cgroup';

/** From the process's own group up to the root; in a container its own group is the root. */
function quotaOfVersion2(read: Read): (number | undefined)[] {
  const own = /^0::(\/.*)$/m.exec(attempt(read, '/proc/self/cgroup') ?? '')?.[1] ?? '/';
  const quotas: (number | undefined)[] = [];
  for (let group = own; ; group = dirname(group)) {
    const [quota, period] = (attempt(read, join(ROOT, group, 'cpu.max')) ?? '').trim().split(' ').map(Number);
    quotas.push(Number.isFinite(quota) && period ? quota! / period : undefined);
    if (group === dirname(group)) return quotas;
  }
}

function quotaOfVersion1(read: Read): number | undefined {
  const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) =>
    Number(attempt(read, join(ROOT, 'cpu', file))),
  );
  return quota! > 0 && period! > 0 ? quota! / period! : undefined;
}

function attempt(read: Read, path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
