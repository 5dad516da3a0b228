import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFile } from '../supervisor/pid-file.ts';
import { startSlowProxy } from './delay-proxy.ts';
import { sendBadPictures } from './faults/bad-frames.ts';
import { openStalledViewer } from './faults/viewer.ts';
import { createWounds, type WoundKind } from './faults.ts';
import { createMemoryGroup } from './memory-cgroup.ts';
import { serveChaos } from './server.ts';
import { signal, stopProcesses } from './stop-processes.ts';
import { eatMemory, hogCpu } from './stress.ts';

/** What breaks parts of a system on purpose. It runs only where the system was started for it. */
export interface Chaos {
  /** For results-ws, which lets the dashboard at it. */
  url: string;
  /** Of a way to the gateway that can be made slow; the connector takes it. */
  gatewayUrl: string;
  /** Heals all. To be called before anything is ended: what is stopped could not end. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** How often the replica that came in the place of the killed one is looked for, milliseconds. */
const KILL_EVERY_MS = 200;
/** Added to each way between connector and gateway, milliseconds. */
const GATEWAY_DELAY_MS = 250;

export async function startChaos(options: {
  data: string;
  ports: { gateway: number; dashboard: number };
  /** Wanted of viewers, where set. */
  dashboardKey: string | undefined;
  /** Whether the broker is ours to stop. */
  privateBroker: boolean;
  runFile: Pick<RunFile, 'running' | 'onAdd'>;
  say(line: string): void;
}): Promise<Chaos> {
  const { data, ports, dashboardKey, privateBroker, runFile, say } = options;
  const proxy = await startSlowProxy(ports.gateway);
  const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
  const group = createMemoryGroup(`framewire-${process.pid}`);
  const detector = 'detect-faces';
  runFile.onAdd((name, pid) => name === detector && group?.add(pid));

  const kinds: WoundKind[] = [
    {
      wound: 'cpu',
      words: 'Programs that compute nothing take every core.',
      inflict: hogCpu,
    },
    {
      wound: 'camera',
      words: 'The video of one camera stops; where no camera has a program of its own, that of all.',
      inflict(seconds) {
        const connector = pidsOf('camera');
        const [video] = connector.flatMap(childrenOf);
        return stopProcesses(video ? [video] : connector, seconds);
      },
    },
    {
      wound: 'replica',
      words: 'One replica of detect-faces is killed, again and again.',
      inflict() {
        const all = pidsOf(detector).length;
        const kill = () => {
          const now = pidsOf(detector);
          // only once another came in its place: the others are to go on
          if (now.length >= all && now.length > 0) signal(now.at(-1)!, 'SIGKILL');
        };
        kill();
        const timer = setInterval(kill, KILL_EVERY_MS);
        return () => clearInterval(timer);
      },
    },
    {
      wound: 'gateway',
      words: `The way to the gateway and back takes ${2 * GATEWAY_DELAY_MS} ms longer.`,
      inflict() {
        proxy.delay = GATEWAY_DELAY_MS;
        return () => {
          proxy.delay = 0;
        };
      },
    },
    {
      wound: 'pictures',
      words: 'A camera sends pictures that cannot be decoded.',
      inflict: () => sendBadPictures(gatewayUrl),
    },
    {
      wound: 'viewer',
      words: 'A viewer asks for all pictures and takes none.',
      inflict: () => openStalledViewer(ports.dashboard, dashboardKey),
    },
  ];
  if (privateBroker)
    kinds.push({
      wound: 'broker',
      words: 'RabbitMQ stands still: its connections are there, and it answers nothing.',
      inflict: (seconds) => stopProcesses(pidsOf('rabbitmq'), seconds),
    });
  if (group)
    kinds.push({
      wound: 'memory',
      words: 'The replicas of detect-faces share too little memory with a program that wants more.',
      inflict: (seconds) => eatMemory(group, join(data, 'chaos'), seconds),
    });

  const wounds = createWounds(kinds, say);
  const server = await serveChaos(wounds);
  return {
    url: server.url,
    gatewayUrl: `http://127.0.0.1:${proxy.port}`,
    heal: wounds.healAll,
    async close() {
      group?.remove();
      await server.close();
      await proxy.close();
    },
  };

  function pidsOf(name: string): number[] {
    return runFile.running(name).map(({ pid }) => pid);
  }
}

/** Programs that a process started itself. */
function childrenOf(pid: number): number[] {
  const isChild = (name: string) => {
    try {
      return new RegExp(`\\) \\S ${pid} `).test(readFileSync(`/proc/${name}/stat`, 'utf8'));
    } catch {
      return false; // it ended in between
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isChild(name))
    .map(Number);
}
