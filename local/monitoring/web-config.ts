import { join } from 'node:path';
import { writeFileAtomicSync } from '@framewire/runtime/process';
import { hashSync } from 'bcryptjs';
import { MONITORING_USER } from '../secrets.ts';

/** The least there is: the password is random and long, so there is nothing to guess that a slow hash would hold up. */
const ROUNDS = 4;

/**
 * Lets nobody at Prometheus's or Alertmanager's HTTP without the password: neither looks at the Host, so that a page under a name that
 * was bound to this machine could ask them, and Alertmanager takes alerts from pages of any origin.
 * Returns the path of the file that says so, for `--web.config.file`.
 */
export function writeWebConfig(folder: string, password: string): string {
  const file = join(folder, 'web.yml');
  writeFileAtomicSync(file, `basic_auth_users:\n  ${MONITORING_USER}: ${hashSync(password, ROUNDS)}\n`);
  return file;
}
