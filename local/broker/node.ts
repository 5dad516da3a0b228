import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../atomic-file.ts';
import { baseEnv, findProgram, type Program } from '../supervisor/spawn.ts';
import { UsageError } from '../usage-error.ts';
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
 * Always the same, whatever the ports: the node's data carries its name. It clashes with no other node, since each has an epmd
 * of its own.
 */
const NODE_NAME = 'framewire@localhost';

/** The two programs of a private node. */
export interface NodePrograms {
  epmd: Program;
  server: Program;
  /** Writes what the server reads at its boot: to be called before each. @throws Error that names the file. */
  configure(): void;
}

/** With all its files in `folder`; undefined where RabbitMQ is not installed. @throws UsageError where the folder was moved. */
export function nodePrograms(options: {
  folder: string;
  log: string;
  ports: NodePorts;
  admin: NodeAdmin;
}): NodePrograms | undefined {
  const { folder, log, ports, admin } = options;
  const server = SERVERS.map(findProgram).find(Boolean);
  const epmd = findProgram('epmd') ?? findProgram('/usr/lib/erlang/bin/epmd');
  if (!server || !epmd) return undefined;
  refuseMoved(folder);
  const file = (name: string) => join(folder, 'config', name);
  const files = {
    'rabbitmq.conf': configuration(ports, file('definitions.json')),
    'definitions.json': bootDefinitions(admin),
    plugins: '[rabbitmq_management,rabbitmq_prometheus].\n',
    'advanced.config': ADVANCED,
    'rabbitmq-env.conf': '',
  };
  const epmdEnv = { ERL_EPMD_PORT: `${ports.epmd}`, ERL_EPMD_ADDRESS: '127.0.0.1' };
  return {
    configure() {
      for (const [name, text] of Object.entries(files)) writeFileAtomic(file(name), text);
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
        HOME: folder,
        ERL_AFLAGS: PRELOAD_FLAGS,
        // idle schedulers sleep at once: they would otherwise keep cores busy that are wanted for detecting
        // and its own protocol, behind which every command is allowed, is for this machine alone
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
          '+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}',
        RABBITMQ_NODENAME: NODE_NAME,
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
}

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

/** The length of a quorum queue is measured at its ticks, every 5 s otherwise: what scales by it would be that late. */
const ADVANCED = '[{rabbit, [{quorum_tick_interval, 1000}]}].\n';
