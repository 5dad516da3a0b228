import { EXCHANGE, VIEWER_PROTOCOL } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog } from '@framewire/testkit';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startReplica } from '../testing/replica.ts';

const event = {
  specversion: '1.0',
  id: '0f3e4a1c-2b5d-8c6e-9f70-112233445566',
  source: 'framewire',
  type: 'framewire.test',
  time: '2026-11-30T17:00:00.000Z',
  datacontenttype: 'application/json',
  data: { rule: { id: 'r', name: 'Door' }, message: 'A person was seen at door' },
};

it('a notification reaches every page of every replica, and nothing that is none does', async () => {
  const vhost = await createTestVhost();
  const broker = createBroker({ url: vhost.amqp, name: 'test', log: silentLog });
  const replicas = await Promise.all([startReplica(vhost.amqp), startReplica(vhost.amqp)]);
  const heard: { page: number; message: { type: string } }[] = [];
  const pages = replicas.flatMap(({ url }, n) =>
    [2 * n, 2 * n + 1].map((page) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/results`, [VIEWER_PROTOCOL]);
      socket.on('error', () => {});
      socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', cameras: [] })));
      socket.on('message', (data, isBinary) => {
        if (!isBinary) heard.push({ page, message: JSON.parse(String(data)) });
      });
      return socket;
    }),
  );
  try {
    await waitFor('the pages', () => heard.filter(({ message }) => message.type === 'hello').length === 4);
    const publish = (content: string) =>
      broker.publish({
        exchange: EXCHANGE.notifications,
        key: 'r',
        content: Buffer.from(content),
        properties: { mandatory: true },
        timeoutMs: 5_000,
      });
    await waitFor('the queues', () => publish('{"type": "something else"}').then(() => true));
    await publish(JSON.stringify(event));
    const notifications = () => heard.filter(({ message }) => message.type === 'notification');
    await waitFor('the notification', () => notifications().length >= 4);
    expect(
      notifications()
        .map(({ page }) => page)
        .sort(),
    ).toEqual([0, 1, 2, 3]);
    for (const { message } of notifications()) expect(message).toEqual({ type: 'notification', event });
  } finally {
    for (const page of pages) page.terminate();
    await Promise.all(replicas.map((replica) => replica.close()));
    await broker.close();
    await vhost.drop();
  }
});
