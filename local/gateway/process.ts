import { join } from 'node:path';
import { background } from '@framewire/runtime/process';
import { GATEWAY_USER } from '../secrets.ts';
import type { Ports } from '../supervisor/ports.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { FunctionProvider } from './faas-provider.ts';
import { answerGateway, type ToGateway, type ToSupervisor } from './ipc.ts';

export interface GatewayProcess {
  /** Sends it the present functions. */
  push(): void;
  stop(): Promise<void>;
}

/** Runs the gateway as a process of its own: when it dies, replicas and what they work on are left alone. */
export function startGateway(options: {
  root: string;
  ports: Ports;
  password: string;
  secretsFolder: string;
  provider: FunctionProvider;
  supervisor: Supervisor;
}): GatewayProcess {
  const { root, ports, password, secretsFolder, provider, supervisor } = options;
  const gateway = supervisor.part('gateway', {
    file: join(root, 'local', 'dist', 'gateway', 'main.js'),
    env: () => ({
      PORT: `${ports.gateway}`,
      METRICS_PORT: `${ports.gatewayMetrics}`,
      BASIC_AUTH_USER: GATEWAY_USER,
      BASIC_AUTH_PASSWORD: password,
      SECRETS_FOLDER: secretsFolder,
    }),
    onStart(child) {
      child.on('message', (message: ToSupervisor) =>
        background(answerGateway(message, provider, send), supervisor.log, 'answering the gateway'),
      );
    },
  });
  // the callback takes the error of a gateway that just died: the next one asks again
  const send = (message: ToGateway) => gateway.child?.connected && gateway.child.send(message, () => {});
  return {
    push: () => send({ functions: provider.list() }),
    stop: () => gateway.stop(),
  };
}
