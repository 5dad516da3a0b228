import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@framewire/runtime/process';
import { baseEnv, findProgram } from '../supervisor/spawn.ts';
import type { SupervisedProcess } from '../supervisor/supervised-process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { addReceivers, checkReceivers } from './receivers.ts';
import { writeWebConfig } from './web-config.ts';

/** Debian's name for it, and its own. */
const COMMANDS = ['prometheus-alertmanager', 'alertmanager'];

/** The gateway's address in the repository's configuration: that of OpenFaaS in Kubernetes. */
const GATEWAY = 'http://gateway.openfaas:8080';

/**
 * Runs Alertmanager with the repository's routes, so that Prometheus's alerts reach the gateway, and with receivers of one's own.
 * Loopback only, no cluster. Undefined where it is not installed: the number of replicas stays as it is then.
 * @throws UsageError if a file with receivers is wrong.
 */
export function startAlertmanager(options: {
  /** The repository. */
  root: string;
  folder: string;
  /** Files with receivers of one's own, where there are any. */
  receivers: string;
  /** Where alerts are posted for the rules of notifications; undefined: nowhere. */
  rulesUrl?: string;
  port: number;
  gatewayUrl: string;
  /** The gateway's. */
  password: string;
  /** Of the user `framewire` here. */
  ownPassword: string;
  supervisor: Supervisor;
}): SupervisedProcess | undefined {
  const { root, folder, receivers, rulesUrl, port, gatewayUrl, password, ownPassword, supervisor } = options;
  const command = COMMANDS.map(findProgram).find(Boolean);
  if (!command) return undefined;
  // alerts of an earlier start say nothing about the replicas of this one
  rmSync(folder, { recursive: true, force: true });
  const config = join(folder, 'alertmanager.yml');
  const text = readFileSync(join(root, 'prometheus', 'alertmanager.yml'), 'utf8');
  writeFileAtomicSync(config, addReceivers(text.replaceAll(GATEWAY, gatewayUrl), receivers, rulesUrl));
  // beside the configuration, which names it
  writeFileAtomicSync(join(folder, 'basic-auth-password'), password);
  checkReceivers(config, receivers);
  return supervisor.program('alertmanager', {
    command,
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.config.file=${writeWebConfig(folder, ownPassword)}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    env: baseEnv(),
  });
}
