import { createBrokerAdmin } from '@framewire/runtime/amqp';
import { startHandmadeBroker } from '@framewire/testkit';
import { expect, it } from 'vitest';
import type { ActualState } from './actual-state.ts';
import { addMembers, memberDifferences } from './members.ts';

const state = {
  vhostPath: '%2F',
  nodes: ['rabbit@a', 'rabbit@b', 'rabbit@c'].map((name) => ({ name, running: true })),
  queues: [
    { name: 'frame_queue', type: 'quorum', durable: true, members: ['rabbit@a'] },
    { name: 'dead_frames', type: 'quorum', durable: true, members: ['rabbit@a', 'rabbit@b', 'rabbit@c'] },
    { name: 'result_queue', type: 'stream', durable: true, members: ['rabbit@a', 'rabbit@c'] },
    { name: 'of_somebody_else', type: 'quorum', durable: true, members: ['rabbit@a'] },
  ],
} as unknown as ActualState;
const ours = ['frame_queue', 'dead_frames', 'result_queue'];

it('a queue gets the members that it lacks, and for a stream it is said which command adds them', () => {
  expect(memberDifferences(state, ours, 3)).toEqual([
    {
      change: 'change',
      kind: 'queue',
      name: 'frame_queue',
      message: 'has 1 of 3 members, gets one on rabbit@b, rabbit@c',
    },
    {
      change: 'remark',
      kind: 'queue',
      name: 'result_queue',
      message:
        'has 2 of 3 members; on a node of RabbitMQ run: rabbitmq-streams add_replica --vhost / result_queue rabbit@b',
    },
  ]);
  expect(memberDifferences(state, ours, 1)).toEqual([]);
});

it('asks RabbitMQ for each member of a quorum queue', async () => {
  const asked: string[] = [];
  const server = await startHandmadeBroker((socket) =>
    socket.on('data', (data) => {
      const [head, body] = `${data}`.split('\r\n\r\n');
      asked.push(`${head!.split(' HTTP')[0]} ${body}`);
      socket.end('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    }),
  );
  try {
    await addMembers(createBrokerAdmin(`http://a:b@127.0.0.1:${server.port}`), state, ours, 3);
    expect(asked).toEqual([
      'POST /api/queues/quorum/%2F/frame_queue/replicas/add {"node":"rabbit@b"}',
      'POST /api/queues/quorum/%2F/frame_queue/replicas/add {"node":"rabbit@c"}',
    ]);
  } finally {
    await server.close();
  }
});
