import type { NodePorts } from '../broker/node/node.ts';
import { UsageError } from '../options.ts';
import { isFree } from './free-ports.ts';

/** Every port of the system: where it is by itself, and how far from `--port-base`. */
const TABLE = {
  gateway: { port: 8080, offset: 0, what: 'the gateway' },
  gatewayMetrics: { port: 8082, offset: 2, what: "the gateway's metrics" },
  dashboard: { port: 8090, offset: 10, what: 'the dashboard' },
  connector: { port: 8091, offset: 11, what: 'the RabbitMQ connector' },
  camera: { port: 8092, offset: 12, what: 'the camera connector' },
  prometheus: { port: 9090, offset: 20, what: 'Prometheus' },
  alertmanager: { port: 9093, offset: 23, what: 'Alertmanager' },
} as const;

const RABBIT_TABLE = {
  amqp: { port: 5672, offset: 30, what: 'AMQP' },
  management: { port: 15672, offset: 31, what: "RabbitMQ's management" },
  metrics: { port: 15692, offset: 32, what: "RabbitMQ's metrics" },
  distribution: { port: 25672, offset: 33, what: "Erlang's distribution" },
  epmd: { port: 4370, offset: 34, what: "Erlang's port mapper" },
} as const;

export type Ports = Record<keyof typeof TABLE, number>;

/** What Debian starts as a service as soon as it is installed: without a base ours goes next to it. */
const MOVABLE: (keyof Ports)[] = ['prometheus', 'alertmanager'];

/** Where each port is by itself, or from a base on. */
export const portsFrom = (base: number | undefined): Ports =>
  Object.fromEntries(
    Object.entries(TABLE).map(([name, { port, offset }]) => [name, base === undefined ? port : base + offset]),
  ) as Ports;

/** @throws UsageError that names a port which is taken, and what wanted it. */
export async function choosePorts(base: number | undefined, unused: (keyof Ports)[] = []): Promise<Ports> {
  const taken: string[] = [];
  const wanted = portsFrom(base);
  const ports = {} as Ports;
  for (const [name, { what }] of Object.entries(TABLE) as [keyof Ports, Row][]) {
    const mayMove = base === undefined && MOVABLE.includes(name) && !unused.includes(name);
    ports[name] = mayMove ? await nextFree(wanted[name], Object.values(ports)) : wanted[name];
    if (!unused.includes(name) && !(await isFree(ports[name]))) taken.push(`port ${ports[name]}, meant for ${what}`);
  }
  if (taken.length) throw new UsageError(takenLine(taken));
  return ports;
}

/** How far the ports of a further node are from those of the one before it. It has no port mapper of its own. */
const NEXT_NODE = 5;

export interface RabbitPorts {
  /** Those of each node. */
  nodes: NodePorts[];
  /** Whether one is not where it would be by itself. */
  moved: boolean;
}

/**
 * Without a base a RabbitMQ of the machine's own may stand on 5672 and its like: then the next free ones are taken.
 * @throws UsageError as above, with a base.
 */
export async function chooseRabbitPorts(base: number | undefined, count = 1): Promise<RabbitPorts> {
  const nodes: NodePorts[] = [];
  const chosen: number[] = [];
  const taken: string[] = [];
  let moved = false;
  for (let index = 0; index < count; index++) {
    const ports = { ...nodes[0] } as NodePorts;
    for (const [name, { port, offset, what }] of Object.entries(RABBIT_TABLE) as [keyof NodePorts, Row][]) {
      if (index > 0 && name === 'epmd') continue;
      const wanted = base === undefined ? port : base + offset + NEXT_NODE * index;
      const found = base === undefined ? await nextFree(wanted, chosen) : wanted;
      if (!(await isFree(found))) taken.push(`port ${found}, meant for ${what}`);
      chosen.push(found);
      ports[name] = found;
      moved ||= index === 0 && found !== wanted;
    }
    nodes.push(ports);
  }
  if (taken.length) throw new UsageError(takenLine(taken));
  return { nodes, moved };
}

/** @param chosen ports that something of ours will take. */
async function nextFree(port: number, chosen: number[]): Promise<number> {
  for (let next = port; next < port + 100; next++) if (!chosen.includes(next) && (await isFree(next))) return next;
  return port;
}

interface Row {
  port: number;
  offset: number;
  what: string;
}

const takenLine = (taken: string[]) => `taken by another program: ${taken.join('; ')}; --port-base N moves all ports`;
