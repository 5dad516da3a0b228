import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { isFree } from './free-ports.ts';
import { choosePorts, chooseRabbitPorts } from './ports.ts';

const servers: Server[] = [];
const take = async (port: number) => {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
};
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A base with nothing on it or on the next ports, below those that the kernel gives to clients at any moment. */
async function freeBase(): Promise<number> {
  for (;;) {
    const base = 10_000 + 40 * Math.floor(Math.random() * 250);
    const free = await Promise.all(Array.from({ length: 40 }, (_, i) => isFree(base + i)));
    if (free.every(Boolean)) return base;
  }
}

it('a taken port is one line that names it and what wanted it', async () => {
  const base = await freeBase();
  await take(base + 10);
  await expect(choosePorts(base)).rejects.toThrow(
    `taken by another program: port ${base + 10}, meant for the dashboard; --port-base N moves all ports`,
  );
});

it('a port that is not used may be taken', async () => {
  const base = await freeBase();
  await take(base + 20);
  expect(await choosePorts(base, ['prometheus'])).toMatchObject({ gateway: base, dashboard: base + 10 });
});

it('RabbitMQ goes next to one that is there already, unless its ports were asked for', async () => {
  const first = await chooseRabbitPorts(undefined);
  await take(first.nodes[0]!.amqp);
  const second = await chooseRabbitPorts(undefined);
  expect(second.moved).toBe(true);
  expect(second.nodes[0]!.amqp).toBeGreaterThan(first.nodes[0]!.amqp);

  const base = await freeBase();
  await take(base + 31);
  await expect(chooseRabbitPorts(base)).rejects.toThrow(`port ${base + 31}, meant for RabbitMQ's management`);
});

it('so do Prometheus and Alertmanager: Debian starts its own as soon as they are installed', async () => {
  const others = ['gateway', 'gatewayMetrics', 'dashboard', 'connector', 'camera'] as const;
  const first = await choosePorts(undefined, [...others]);
  await take(first.prometheus);
  await take(first.alertmanager);
  const second = await choosePorts(undefined, [...others]);
  expect(second.prometheus).toBeGreaterThan(first.prometheus);
  expect(second.alertmanager).toBeGreaterThan(first.alertmanager);
  expect(second.alertmanager).not.toBe(second.prometheus);
});
