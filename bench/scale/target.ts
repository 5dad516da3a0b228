import { optional, readConfig, text, url } from '@framewire/runtime/process';
import { createOpenFaasClient, type OpenFaas } from '../../testkit/clients/openfaas.ts';
import { startSystem } from '../../testkit/system/system.ts';

/** The function whose number of replicas is watched. */
export const FUNCTION = 'detect-faces';
/** As many replicas as the community edition of OpenFaaS runs. */
const MAX_REPLICAS = 5;
/** Its detect-faces sleeps: it shows what replicas do where a machine has too few cores for them. */
export const SLEEPER = 'bench/sleeper/stack.yml';

/** A running system whose detect-faces follows the load. */
export interface Target {
  /** What it runs on. */
  where: string;
  /** What chooses the number of replicas where that is not Alertmanager and the gateway. */
  scaledBy?: string;
  /** A user of it may publish to `frames` and read `result_queue`. */
  amqp: string;
  prometheus: string;
  openFaas: OpenFaas;
  stop(): Promise<unknown>;
}

export const TARGET_HELP = `\
An OpenFaaS that runs is measured instead of a system of its own where OPENFAAS_URL is set:
  OPENFAAS_URL         its gateway; OPENFAAS_USER (admin) and OPENFAAS_PASSWORD for /system/
  PROMETHEUS_URL       the Prometheus that has the rules in prometheus/rules
  AMQP_URL             the broker, as a user that may publish to frames and read result_queue
  SCALED_BY            what chooses the number of replicas, as the report names it, such as KEDA; unset it is Alertmanager
`;

/** Whether a system that runs is to be measured. */
export const isGiven = (): boolean => Boolean(process.env.OPENFAAS_URL);

/** A system of its own, whose replicas follow the load. @param stack whose detect-faces takes the place of the system's. */
export async function startTarget({ models, stack }: { models?: string; stack?: string }): Promise<Target> {
  const args = ['--no-demo', '--replicas', `1-${MAX_REPLICAS}`, ...(stack ? ['--stack', stack] : [])];
  const system = await startSystem({ args, models });
  const { amqp, prometheus } = system;
  return { where: 'under npm start', amqp, prometheus, openFaas: createOpenFaasClient(system), stop: system.stop };
}

/** The OpenFaaS that the environment names. */
export async function useTarget(): Promise<Target> {
  const http = ['http', 'https'];
  const config = readConfig({
    OPENFAAS_URL: url(http),
    OPENFAAS_USER: text({ fallback: 'admin' }),
    OPENFAAS_PASSWORD: text({ secret: true }),
    PROMETHEUS_URL: url(http),
    AMQP_URL: url(['amqp', 'amqps'], { secret: true }),
    SCALED_BY: optional(text({ allowed: 'a name' })),
  });
  const openFaas = createOpenFaasClient({
    gateway: config.OPENFAAS_URL,
    user: config.OPENFAAS_USER,
    password: config.OPENFAAS_PASSWORD,
  });
  return {
    where: `on OpenFaaS (${await openFaas.provider()})`,
    scaledBy: config.SCALED_BY,
    amqp: config.AMQP_URL,
    prometheus: config.PROMETHEUS_URL,
    openFaas,
    stop: async () => {},
  };
}
