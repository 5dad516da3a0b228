import { waitFor } from '@framewire/runtime/process';
import type { Caller, Status, Target } from './target.ts';

export const PROBE = 'contract-probe';
export const SECRET = 'contract-probe';

/** The suite's one function, and what is done with it again and again. */
export interface Trial extends Caller {
  target: Target;
  deployment(changes?: object): object;
  deploy(): Promise<void>;
  /** Waits for so many replicas that take requests, and as many wanted. */
  ready(replicas?: number): Promise<Status>;
  status(): Promise<Status>;
  /** Takes away what a run leaves, where it is. */
  clean(): Promise<void>;
}

/** What a change is answered with: faas-netes takes it up, faasd has done it. */
export const ACCEPTED = [200, 202];

/** Few enough for two cores. */
const REQUESTS = { cpu: '10m', memory: '32Mi' };

export function createTrial(target: Target, caller: Caller): Trial {
  const { namespace, image, patience, onFaasd } = target;
  const patient = { timeout: patience, every: 100 };
  const status = () => caller.read<Status>(`function/${PROBE}?namespace=${namespace}`);
  const deployment = (changes: object = {}) => ({
    service: PROBE,
    image,
    namespace,
    envVars: { GREETING: 'hello' },
    labels: {
      'com.openfaas.scale.min': '1',
      'com.openfaas.scale.max': '3',
      'com.openfaas.scale.factor': '60',
      team: 'contract',
    },
    annotations: { topic: 'contract-probe-topic' },
    secrets: [SECRET],
    requests: REQUESTS,
    ...changes,
  });

  return {
    ...caller,
    target,
    deployment,
    status,
    async deploy() {
      const secret = await caller.call('POST', 'secrets', { name: SECRET, namespace, value: 'a secret' });
      if (secret[0] >= 300) throw new Error(`the secret was refused: ${secret.join(' ')}`);
      const answer = await caller.call('POST', 'functions', deployment());
      if (answer[0] >= 300) throw new Error(`the deployment was refused: ${answer.join(' ')}`);
    },
    ready: (count = 1) =>
      waitFor(
        `${count} replicas of ${PROBE}`,
        async () => {
          const now = await status();
          if (now.replicas !== count || now.availableReplicas !== count) return undefined;
          // faasd calls a replica available as soon as its process runs
          return !onFaasd || (await caller.invoke(PROBE)).ok ? now : undefined;
        },
        patient,
      ),
    async clean() {
      await caller.call('DELETE', 'functions', { functionName: PROBE, namespace });
      await caller.call('DELETE', 'secrets', { name: SECRET, namespace });
      await waitFor(
        `${PROBE} to be removed`,
        async () => (await caller.call('GET', `function/${PROBE}?namespace=${namespace}`))[0] === 404,
        patient,
      );
    },
  };
}
