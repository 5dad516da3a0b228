import type { BrokerAdmin } from '@framewire/runtime/amqp';
import { expect, it } from 'vitest';
import { ensureQuorumByDefault } from './vhost.ts';

/** Answers as a node may that has just booted, which none can be made to do at will. */
function admin(answers: Record<string, unknown>) {
  const changes: string[] = [];
  const call = async (method: string, path: string) => {
    if (method !== 'GET') changes.push(`${method} ${path}`);
    return answers[path];
  };
  return { changes, api: { vhost: '%2F', call } as unknown as BrokerAdmin };
}

it('a vhost is deleted only where it is there and said to have no queue', async () => {
  const make = ['PUT vhosts/%2F', 'PUT permissions/%2F/me'];
  for (const [answers, expected] of [
    [{ 'vhosts/%2F': { default_queue_type: 'quorum' } }, []],
    [{ 'vhosts/%2F': {}, 'queues/%2F': [{}] }, []],
    [{ 'vhosts/%2F': {} }, []], // it does not say
    [{ 'vhosts/%2F': {}, 'queues/%2F': [] }, ['DELETE vhosts/%2F', ...make]],
    [{}, make],
  ] as const) {
    const { api, changes } = admin(answers);
    await ensureQuorumByDefault(api, 'me');
    expect(changes).toEqual(expected);
  }
});
