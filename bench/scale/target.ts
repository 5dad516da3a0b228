import { readConfig, text, url } from '@framewire/runtime/process';
import { createGatewayClient, type GatewayClient } from '../../testkit/clients/openfaas.ts';
import { type System, startSystem } from '../system.ts';

/** The function whose number of replicas is watched. */
export const FUNCTION = 'detect-faces';

/** A running system whose detect-faces follows the load. */
export interface Target {
  /** What it runs on, in words. */
  where: string;
  /** A user of it may publish to `frames` and read `result_queue`. */
  amqp: string;
  prometheus: string;
  gateway: GatewayClient;
  /** The system, where it was started for this. */
  system?: System;
  stop(): Promise<void>;
}

/** Its detect-faces sleeps: where a machine has too few cores for more replicas, it shows what they do by themselves. */
export const SLEEPER = 'bench/sleeper/stack.yml';

export const TARGET_HELP = `\
An OpenFaaS that runs is measured instead of a system of its own where OPENFAAS_URL is set:
  OPENFAAS_URL         its gateway; OPENFAAS_USER (admin) and OPENFAAS_PASSWORD for /system/
  PROMETHEUS_URL       the Prometheus that has the rules in prometheus/rules
  AMQP_URL             the broker, as a user that may publish to frames and read result_queue
`;

/** Whether a system that runs is to be measured. */
export const isGiven = (): boolean => Boolean(process.env.OPENFAAS_URL);

/** A system of its own, whose replicas follow the load from 1 to `max`. @param stack whose detect-faces takes the place of the system's. */
export async function startTarget(options: { models?: string; stack?: string; max: number }): Promise<Target> {
  const { models, stack, max } = options;
  const system = await startSystem({ detector: 'auto', replicas: `1-${max}`, models, stack });
  return {
    where: 'under npm start',
    amqp: system.amqp,
    prometheus: system.prometheus,
    gateway: createGatewayClient({
      url: system.gateway,
      user: 'admin',
      password: system.password,
      functionName: FUNCTION,
    }),
    system,
    stop: () => system.stop(),
  };
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
  });
  const gateway = createGatewayClient({
    url: config.OPENFAAS_URL,
    user: config.OPENFAAS_USER,
    password: config.OPENFAAS_PASSWORD,
    functionName: FUNCTION,
  });
  return {
    where: `on OpenFaaS (${await gateway.provider()})`,
    amqp: config.AMQP_URL,
    prometheus: config.PROMETHEUS_URL,
    gateway,
    stop: async () => {},
  };
}
