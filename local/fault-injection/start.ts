import { join } from 'node:path';
import type { PidFile } from '../supervisor/pid-file.ts';
import { startDelayProxy } from './delay-proxy.ts';
import { createFaultInjector, type Fault } from './fault-injector.ts';
import { badFramesFault } from './faults/bad-frames.ts';
import { brokerFault } from './faults/broker.ts';
import { cameraFault } from './faults/camera.ts';
import { cpuFault } from './faults/cpu.ts';
import { gatewayFault } from './faults/gateway.ts';
import { memoryFault } from './faults/memory.ts';
import { replicaFault } from './faults/replica.ts';
import type { PidsOf } from './faults/stop-processes.ts';
import { viewerFault } from './faults/viewer.ts';
import { createMemoryCgroup } from './memory-cgroup.ts';
import { serveFaults } from './server.ts';

/** Injects faults into a system that was started for it. */
export interface FaultInjection {
  /** For results-ws, which passes on what the dashboard asks for. */
  url: string;
  /** Address of a proxy before the gateway that can be slow; the connector uses it. */
  gatewayUrl: string;
  /** Reverts all faults. Call it before processes are ended: a stopped one could not end. */
  revertAll(): Promise<void>;
  close(): Promise<void>;
}

const DETECTOR = 'detect-faces';

export async function startFaultInjection(options: {
  data: string;
  ports: { gateway: number; dashboard: number };
  /** The key that viewers need, if there is one. */
  dashboardKey: string | undefined;
  /** Whether the broker is ours to stop. */
  privateBroker: boolean;
  pidFile: Pick<PidFile, 'running' | 'onAdd'>;
  say(line: string): void;
}): Promise<FaultInjection> {
  const { data, ports, dashboardKey, privateBroker, pidFile, say } = options;
  const proxy = await startDelayProxy(ports.gateway);
  const group = createMemoryCgroup(`framewire-${process.pid}`);
  pidFile.onAdd((name, pid) => name === DETECTOR && group?.add(pid));
  const pidsOf: PidsOf = (name) => pidFile.running(name).map(({ pid }) => pid);

  const faults: Fault[] = [
    cpuFault,
    cameraFault(pidsOf),
    replicaFault(pidsOf, DETECTOR),
    gatewayFault(proxy),
    badFramesFault(`http://127.0.0.1:${ports.gateway}`),
    viewerFault(ports.dashboard, dashboardKey),
  ];
  if (privateBroker) faults.push(brokerFault(pidsOf));
  if (group) faults.push(memoryFault(group, join(data, 'faults')));

  const injector = createFaultInjector(faults, say);
  const server = await serveFaults(injector);
  return {
    url: server.url,
    gatewayUrl: `http://127.0.0.1:${proxy.port}`,
    revertAll: injector.revertAll,
    async close() {
      group?.remove();
      await server.close();
      await proxy.close();
    },
  };
}
