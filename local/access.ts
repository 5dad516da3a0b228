import { isOrigin, isWildcard } from '@framewire/runtime/http';
import { type Env, optional, readConfig, text } from '@framewire/runtime/process';
import { UsageError } from './usage-error.ts';

/** Who may reach the dashboard: from which machines, by which names, from pages of which origins, with which keys. */
export interface Access {
  /** What the dashboard binds to; all else stays on loopback. */
  host: string;
  key?: string;
  writeKey?: string;
  /** Host names that a reverse proxy passes on. */
  hosts: string[];
  /** Origins of pages that may ask, and frame the dashboard. */
  origins: string[];
}

const HOSTS = ['127.0.0.1', '0.0.0.0', '::'];
const NAME = /^[a-z0-9._-]+(:\d+)?$/i;
const secret = optional(text({ secret: true, allowed: 'a key' }));

/**
 * @param env keys may stand in `RESULTS_KEY` and `WRITE_KEY`, or in the files that `RESULTS_KEY_FILE` and `WRITE_KEY_FILE` name.
 * @throws UsageError
 */
export function readAccess(
  given: { host: string; key?: string; 'write-key'?: string; 'allow-host': string[]; 'allow-origin': string[] },
  env: Env,
): Access {
  const { host, 'allow-host': hosts, 'allow-origin': origins } = given;
  const kept = readConfig({ RESULTS_KEY: secret, WRITE_KEY: secret }, env);
  const [key, writeKey] = [given.key ?? kept.RESULTS_KEY, given['write-key'] ?? kept.WRITE_KEY];
  if (!HOSTS.includes(host)) throw new UsageError(`--host ${host}: allowed: ${HOSTS.join(', ')}`);
  if (isWildcard(host) && !key)
    throw new UsageError(
      `--host ${host} lets other machines reach the dashboard, so it wants a key: --key, or RESULTS_KEY or RESULTS_KEY_FILE in the environment`,
    );
  if (key === '' || writeKey === '') throw new UsageError('--key and --write-key: allowed: a key that is not empty');
  if (key !== undefined && key === writeKey) throw new UsageError('--write-key: allowed: another key than --key');
  for (const name of hosts)
    if (!NAME.test(name)) throw new UsageError(`--allow-host ${name}: allowed: a name such as cams.example.org`);
  for (const origin of origins)
    if (!isOrigin(origin))
      throw new UsageError(`--allow-origin ${origin}: allowed: an origin such as https://example.org`);
  return { host, key, writeKey, hosts, origins };
}

/** Environment of every part that follows from it. */
export const guardEnv = ({ hosts, origins }: Access): Record<string, string> => ({
  ALLOWED_HOSTS: hosts.join(','),
  ALLOWED_ORIGINS: origins.join(','),
});
