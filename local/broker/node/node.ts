import { execFile } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomicSync } from '@framewire/runtime/process';
import { baseEnv, findProgram, type Program } from '../../supervisor/spawn.ts';
import { UsageError } from '../../usage-error.ts';
import { bootDefinitions, type NodeAdmin } from './boot-definitions.ts';
import { PRELOAD_FLAGS } from './preload.ts';

export interface NodePorts {
  amqp: number;
  management: number;
  metrics: number;
  distribution: number;
  epmd: number;
}

/**
 * Debian's wrapper in /usr/sbin drops to the user `rabbitmq`; this one runs as whoever calls, with files of his own.
 * Elsewhere `rabbitmq-server` on the PATH is that program itself.
 */
const SERVERS = ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'rabbitmq-server'];

/**
 * Always the same, whatever the ports: the node's data carries its name. It clashes with no other node, since our nodes have an epmd
 * of their own.
 * @param index from 0.
 */
export const nodeName = (index: number): string => `framewire${index ? `-${index + 1}` : ''}@localhost`;

/** The programs of a private node. */
export interface NodePrograms {
  readonly name: string;
  /** Whether it has never run in this folder. */
  readonly isNew: boolean;
  epmd: Program;
  server: Program;
  /** Runs a command of RabbitMQ's on this node, and gives what it printed. @throws Error with what it complained of. */
  command(tool: Tool, ...args: string[]): Promise<string>;
  /** Writes what the server reads at its boot: to be called before each. @throws Error that names the file. */
  configure(): void;
}

export type Tool = 'rabbitmqctl' | 'rabbitmq-queues' | 'rabbitmq-streams';
/** A command waits for the node, milliseconds. */
const COMMAND_MS = 60_000;

/**
 * With all its files in `folder`; undefined where RabbitMQ is not installed.
 * @param index of the node in its cluster, from 0.
 * @param home the folder of Erlang's cookie, which the nodes of a cluster share.
 * @param join the node that a new one joins; asked for before each boot.
 * @throws UsageError where the folder was moved.
 */
export function nodePrograms(options: {
  folder: string;
  log: string;
  ports: NodePorts;
  admin: NodeAdmin;
  index?: number;
  home?: string;
  join?(): string | undefined;
}): NodePrograms | undefined {
  const { folder, log, ports, admin, index = 0, home = folder } = options;
  const name = nodeName(index);
  const server = SERVERS.map(findProgram).find(Boolean);
  const epmd = findProgram('epmd') ?? findProgram('/usr/lib/erlang/bin/epmd');
  if (!server || !epmd) return undefined;
  refuseMoved(folder);
  const file = (name: string) => join(folder, 'config', name);
  const files = () => ({
    'rabbitmq.conf': configuration(ports, file('definitions.json')) + membership(options.join?.()),
    'definitions.json': bootDefinitions(admin),
    plugins: '[rabbitmq_management,rabbitmq_prometheus].\n',
    'advanced.config': ADVANCED,
    'rabbitmq-env.conf': '',
  });
  const epmdEnv = { ERL_EPMD_PORT: `${ports.epmd}`, ERL_EPMD_ADDRESS: '127.0.0.1' };
  const program: NodePrograms = {
    name,
    get isNew() {
      return !existsSync(join(folder, 'mnesia', name));
    },
    configure() {
      for (const [name, text] of Object.entries(files())) writeFileAtomicSync(file(name), text);
    },
    async command(tool, ...args) {
      const found = await promisify(execFile)(join(dirname(realpathSync(server)), tool), ['-q', '-n', name, ...args], {
        // not with the server's code, which takes seconds to load; a dump would lie in the folder that we were started in
        env: { ...program.server.env, ERL_AFLAGS: '', ERL_CRASH_DUMP: '/dev/null' },
        timeout: COMMAND_MS,
      });
      return found.stdout;
    },
    epmd: {
      command: epmd,
      args: ['-port', `${ports.epmd}`, '-address', '127.0.0.1'],
      env: { ...baseEnv(), ...epmdEnv },
      log,
    },
    server: {
      command: server,
      args: [],
      log,
      env: {
        ...baseEnv(),
        ...epmdEnv,
        // the cookie of Erlang lies in the home folder
        HOME: home,
        ERL_CRASH_DUMP: join(folder, 'erl_crash.dump'),
        ERL_AFLAGS: PRELOAD_FLAGS,
        // idle schedulers sleep at once: they would otherwise keep cores busy that are wanted for detecting
        // and its own protocol, behind which every command is allowed, is for this machine alone
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
          '+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}',
        RABBITMQ_NODENAME: name,
        RABBITMQ_DIST_PORT: `${ports.distribution}`,
        RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
        RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'generated'),
        RABBITMQ_LOG_BASE: join(folder, 'log'),
        RABBITMQ_LOGS: '-',
        RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
        RABBITMQ_ENABLED_PLUGINS_FILE: file('plugins'),
        // the configuration of the machine's own RabbitMQ in /etc is not for this node
        RABBITMQ_CONFIG_FILES: file('none'),
        RABBITMQ_ADVANCED_CONFIG_FILE: file('advanced.config'),
        RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf'),
        // the script then becomes the server instead of waiting beside it: a signal to its pid is a signal to the server
        RUNNING_UNDER_SYSTEMD: 'true',
      },
    },
  };
  return program;
}

/**
 * For a node of a cluster: a minority takes nothing rather than something that the majority will not know of. A new node waits five minutes
 * for the one that it joins: it would found a broker of its own afterwards.
 */
const membership = (join: string | undefined) =>
  join
    ? `cluster_partition_handling = pause_minority
queue_leader_locator = balanced
cluster_formation.classic_config.nodes.1 = ${join}
cluster_formation.discovery_retry_limit = 600
cluster_formation.discovery_retry_interval = 500
`
    : '';

/** RabbitMQ keeps absolute paths in its data. Its configuration, written at each boot, names the folder that it booted in last. */
function refuseMoved(folder: string): void {
  const file = join(folder, 'config', 'rabbitmq.conf');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const before = /^load_definitions = (.+)\/config\/definitions\.json$/m.exec(text)?.[1];
  if (!before || (existsSync(before) && realpathSync(before) === realpathSync(folder))) return;
  throw new UsageError(
    `${folder} was made as ${before}, and RabbitMQ cannot use data that was moved or copied: move it back, or delete it to start with empty queues`,
  );
}

/** Enough for one machine: memory for 1 GB of messages, and no more than 64 MB of log kept in memory by quorum queues. */
const configuration = ({ amqp, management, metrics }: NodePorts, definitions: string) => `\
listeners.tcp.1 = 127.0.0.1:${amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = ${management}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = ${metrics}
load_definitions = ${definitions}
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
raft.wal_max_size_bytes = 67108864
# queue metrics as fresh as scaling and a dashboard want them
collect_statistics_interval = 1000
`;

/**
 * The length of a quorum queue is measured at its ticks, every 5 s otherwise: what scales by it would be that late. A dead letter whose
 * confirm was lost with a node is sent again after 5 s, and not after three minutes: until then it counts as a waiting frame, and the
 * frame has no outcome.
 */
const ADVANCED = '[{rabbit, [{quorum_tick_interval, 1000}, {dead_letter_worker_publisher_confirm_timeout, 5000}]}].\n';
