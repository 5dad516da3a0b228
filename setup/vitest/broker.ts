import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Vitest's global set-up: a private RabbitMQ for the run, unless `FRAMEWIRE_TEST_AMQP_URL` names one. */
export default async function setup() {
  if (process.env.FRAMEWIRE_TEST_AMQP_URL) return;
  const { startRabbit } = await import('../../local/broker/rabbitmq.ts');
  const data = await mkdtemp(join(tmpdir(), 'framewire-test-'));
  const rabbit = await startRabbit({ data });
  process.env.FRAMEWIRE_TEST_AMQP_URL = rabbit.amqp;
  process.env.FRAMEWIRE_TEST_MANAGEMENT_URL = rabbit.management;
  return async () => {
    await rabbit.stop();
    await rm(data, { recursive: true, force: true });
  };
}
