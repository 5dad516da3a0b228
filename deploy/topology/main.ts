import { parseArgs } from 'node:util';
import { topology } from '@framewire/contract';
import { createBrokerAdmin } from '@framewire/runtime/amqp';
import { ConfigError, readConfig, waitFor } from '@framewire/runtime/process';
import { compare, declare } from './apply.ts';
import type { Difference } from './differences.ts';
import { readGrants, settings } from './settings.ts';

const USAGE = `npm run topology -- [--dry-run]

Declares framewire's exchanges, queues, bindings, policies and users in the RabbitMQ that RABBITMQ_MANAGEMENT_URL names
(http://administrator:password@host:15672, the vhost as its path). Makes what is missing and changes what differs;
deletes no queue, exchange or user.
  --dry-run  only shows what would be done

Exit code: 0 all is as it should be; 1 not, or there is something to be done (--dry-run); 2 a setting is wrong.
`;

const SIGN: Record<Difference['change'], string> = { make: '+', change: '~', conflict: '!', remark: ' ' };

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const config = readConfig(settings);
  const admin = createBrokerAdmin(config.RABBITMQ_MANAGEMENT_URL);
  const retention = { maxAge: config.RESULTS_MAX_AGE, maxBytes: config.RESULTS_MAX_BYTES };
  const desired = {
    topology: topology(config.TOPIC_QUEUES, retention),
    users: readGrants(config),
    nodes: config.BROKER_NODES,
  };

  const dry = values['dry-run'] === true;
  const look = () => (dry ? compare : declare)(admin, desired);
  const found = config.WAIT_MS
    ? await waitFor('the broker', sayingWhy(look), { timeout: config.WAIT_MS, every: 1_000 })
    : await look();
  for (const { change, kind, name, message } of found) {
    process.stdout.write(`${[SIGN[change], kind, name].filter(Boolean).join(' ')}: ${message}\n`);
  }
  const conflicts = found.filter(({ change }) => change === 'conflict').length;
  const changes = found.filter(({ change }) => change !== 'conflict' && change !== 'remark').length;
  const remarks = found.length - conflicts - changes;
  process.stdout.write(`${closing({ conflicts, changes, remarks, dry })}\n`);
  return conflicts || (dry && changes) ? 1 : 0;
}

/** Says why it fails, and again when the reason changes. */
function sayingWhy<T>(work: () => Promise<T>): () => Promise<T> {
  let said = '';
  return () =>
    work().catch((error: unknown) => {
      const why = describe(error);
      if (why !== said) process.stderr.write(`topology: waiting for the broker: ${why}\n`);
      said = why;
      throw error;
    });
}

function closing(found: { conflicts: number; changes: number; remarks: number; dry: boolean }): string {
  const { conflicts, changes, remarks, dry } = found;
  if (conflicts) return `nothing was done: ${conflicts} in conflict`;
  if (changes === 0 && remarks > 0) return `nothing to be done by this step: ${remarks} left to you`;
  if (changes === 0) return 'all is as it should be';
  return dry ? `${changes} to be done` : `${changes} done`;
}

try {
  process.exitCode = await main();
} catch (error) {
  const wrong = error instanceof ConfigError ? error.problems : [describe(error)];
  process.stderr.write(`${wrong.map((line) => `topology: ${line}`).join('\n')}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message || cause.name}` : message;
}
