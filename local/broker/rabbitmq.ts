import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrokerAdmin, createBrokerAdmin } from '@framewire/runtime/amqp';
import { withCredentials } from '@framewire/runtime/http';
import { freePorts } from '../supervisor/free-ports.ts';
import { startProgram } from '../supervisor/spawn.ts';
import { type SupervisedProcess, supervise } from '../supervisor/supervised-process.ts';
import { UsageError } from '../usage-error.ts';
import { anyNode } from './cluster-admin.ts';
import { watchLeaders } from './leader-watch.ts';
import { completeMembers } from './members.ts';
import type { NodeAdmin } from './node/boot-definitions.ts';
import { type NodePorts, type NodePrograms, nodePrograms } from './node/node.ts';
import { createNodeSetup, type NodeSetup } from './node/node-setup.ts';
import { type WatchedNode, watchPauses } from './pause-watch.ts';
import { ensureQuorumByDefault } from './vhost.ts';

export interface RabbitOptions {
  /** Folder of the system's data; the node keeps everything in its subfolder `rabbitmq`. */
  data: string;
  /** Those of each node; free ones of a single node unless given. */
  ports?: NodePorts[];
  /** One with a password of its own unless given. */
  admin?: NodeAdmin;
  /** The log file of each node. */
  log?(name: string): string;
  /** Ends a boot that is under way. */
  signal?: AbortSignal;
  /**
   * Brings users and topology to the broker: called once all nodes have booted, and each time that one has booted again, also since its
   * data may be new then, until it succeeds.
   * @param isFirst by this process.
   */
  setup?(admin: BrokerAdmin, isFirst: boolean): Promise<void>;
  /** Takes a line for a person while it runs. */
  say?(line: string): void;
  /** Called for each process that was started. */
  onStart?(name: string, child: ChildProcess): void;
  /** Called when a server exited without being asked to; `how` is a phrase. */
  onDeath?(name: string, how: string): void;
}

/** A private RabbitMQ on loopback, of one node or several, each of which is restarted with the same data when it dies. */
export interface Rabbit {
  /** Of all nodes, as the administrator. */
  amqp: string;
  /** Of the first node. */
  management: string;
  ports: NodePorts[];
  /** epmd and the servers, in the order in which they start. */
  processes: SupervisedProcess[];
  /** In order, which takes RabbitMQ some 6 s; with 0 at once, for data that nobody needs any more. */
  stop(graceMs?: number): Promise<void>;
}

/** After this many exits before the first answer the server is given up. */
const BOOT_ATTEMPTS = 3;
/** So often in a cluster: a node ends while it boots where another one is not as far yet. */
const CLUSTER_BOOT_ATTEMPTS = 12;

/**
 * Resolves once each node answers, vhost `/` is as the system wants it (default queue type quorum) and is set up. A boot is waited for as
 * long as it makes progress.
 * @throws Error where RabbitMQ is not installed or does not come up, with the last lines that it said; UsageError where the data are of
 * more nodes.
 */
export async function startRabbit(options: RabbitOptions): Promise<Rabbit> {
  const { data, signal, setup, say = () => {}, onStart, onDeath } = options;
  const { admin = { name: 'framewire', password: randomBytes(18).toString('base64url') } } = options;
  const { log = (name) => join(data, 'logs', `${name}.log`) } = options;
  const ports = options.ports ?? [await pickPorts()];
  if (existsSync(join(data, serverName(ports.length))))
    throw new UsageError(`${data} holds the data of more than ${ports.length} brokers: start with as many as before`);
  const attempts = ports.length > 1 ? CLUSTER_BOOT_ATTEMPTS : BOOT_ATTEMPTS;
  const nodes = ports.map((own, index) => openNode(index, own));

  const epmd = supervise({
    name: 'epmd',
    start: () => startProgram(nodes[0]!.programs.epmd),
    onStart: (child) => onStart?.('epmd', child),
    graceMs: 2_000,
  });
  signal?.addEventListener('abort', giveUp, { once: true });
  const watches: (() => void)[] = [];
  try {
    if (signal?.aborted) giveUp();
    if (nodes.length > 1) watches.push(watchPauses({ nodes, restart: (pid) => process.kill(pid, 'SIGKILL'), say }));
    // a new node joins one that runs; nodes that ran before wait for each other
    if (nodes.every(({ programs }) => programs.isNew)) await nodes[0]!.boot();
    await Promise.all(nodes.map((node) => node.boot()));
    const restart = () => {
      for (const { server } of nodes) server()?.child?.kill('SIGKILL');
    };
    watches.push(watchLeaders({ api: anyNode(nodes.map(({ api }) => api)), say, restart }));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    amqp: nodes.map(({ amqp }) => amqp).join(','),
    management: nodes[0]!.management,
    ports,
    processes: [epmd, ...nodes.map(({ server }) => server()!)],
    stop,
  };

  function giveUp() {
    for (const { prepared } of nodes) prepared.fail('RabbitMQ was not waited for');
  }

  async function stop(graceMs?: number) {
    for (const stopWatch of watches) stopWatch();
    for (const { prepared } of nodes) prepared.close();
    await Promise.all(nodes.map(({ server }) => server()?.stop(graceMs)));
    await epmd.stop();
  }

  function openNode(index: number, own: NodePorts): Node {
    const name = serverName(index);
    const programs = nodePrograms({
      folder: join(data, name),
      log: log(name),
      ports: own,
      admin,
      ...(ports.length > 1 ? { index, home: makeHome(data), join: () => joins(nodes, index) } : {}),
    });
    if (!programs)
      throw new Error('RabbitMQ is not installed: install rabbitmq-server, or name a broker with AMQP_URL');
    const addressOf = (scheme: string, port: number) =>
      withCredentials(`${scheme}://127.0.0.1:${port}`, admin.name, admin.password).replace(/\/$/, '');
    const management = addressOf('http', own.management);
    const api = createBrokerAdmin(management);
    let server: SupervisedProcess | undefined;
    let deaths = 0;
    const prepared = createNodeSetup({
      log: log(name),
      say,
      pid: () => server?.child?.pid,
      async prepare(isFirst) {
        await api.call('GET', 'vhosts');
        // the data of all: a node that lost its own joins the others, which have the vhost
        if (nodes.every(({ isEmpty, programs }) => isEmpty || programs.isNew))
          await ensureQuorumByDefault(api, admin.name);
        node.isUp = true;
        if (nodes.some(({ isUp }) => !isUp)) return; // the last one does it
        await setup?.(api, isFirst);
        if (nodes.length === 1) {
          node.isEmpty = false;
          return;
        }
        const emptied = nodes.filter(({ isEmpty }) => isEmpty);
        // itself where it can be: another one may have ended meanwhile
        const on = [node, ...nodes].find(({ isEmpty }) => !isEmpty);
        await completeMembers((on ?? node).programs, programsOf(nodes), on ? programsOf(emptied) : []);
        for (const one of emptied) one.isEmpty = false;
      },
    });
    const node: Node = {
      name,
      log: log(name),
      pid: () => server?.child?.pid,
      programs,
      api,
      amqp: addressOf('amqp', own.amqp),
      management,
      prepared,
      isUp: false,
      isEmpty: false,
      server: () => server,
      async boot() {
        server ??= supervise({
          name,
          start() {
            node.isEmpty ||= programs.isNew; // one that ends while it boots has data by then
            programs.configure();
            return startProgram(programs.server);
          },
          onStart(child) {
            onStart?.(name, child);
            prepared.begin();
          },
          onEnd(how, wanted) {
            if (wanted) return;
            onDeath?.(name, how);
            if (++deaths >= attempts) prepared.fail(`RabbitMQ ended ${attempts} times while it started (${how})`);
          },
          graceMs: 30_000,
        });
        await prepared.first.catch((error: Error) => {
          throw new Error(`${error.message}; ${log(name)} ends with:\n${lastLines(log(name))}`);
        });
      },
    };
    return node;
  }
}

interface Node extends WatchedNode {
  programs: NodePrograms;
  /** Its management API. */
  api: BrokerAdmin;
  amqp: string;
  management: string;
  prepared: NodeSetup;
  /** It has answered once. */
  isUp: boolean;
  /** It was started without data, and its queues are not seen to yet. */
  isEmpty: boolean;
  server(): SupervisedProcess | undefined;
  /** Starts it if it was not yet. @throws Error where it does not come up. */
  boot(): Promise<void>;
}

const programsOf = (nodes: Node[]) => nodes.map(({ programs }) => programs);

/** Of its process, its folder and its log. @param index from 0. */
const serverName = (index: number): string => `rabbitmq${index ? `-${index + 1}` : ''}`;

/** The node that one without data joins: any that has data, else the first. A node that joins itself founds the cluster. */
const joins = (nodes: Node[], index: number): string =>
  (nodes.find(({ programs }, i) => i !== index && !programs.isNew) ?? nodes[0]!).programs.name;

/** Erlang's cookie lies there: it outlives the data of each node. */
function makeHome(data: string): string {
  const home = join(data, 'erlang');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return home;
}

async function pickPorts(): Promise<NodePorts> {
  const [amqp, management, metrics, distribution, epmd] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { amqp, management, metrics, distribution, epmd };
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '(nothing)';
  }
}
