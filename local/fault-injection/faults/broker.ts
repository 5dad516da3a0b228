import type { Fault } from '../fault-injector.ts';
import { type PidsOf, stopProcesses } from './stop-processes.ts';

export const brokerFault = (pidsOf: PidsOf): Fault => ({
  name: 'broker',
  message: 'RabbitMQ stands still: its connections are there, and it answers nothing.',
  inject: (seconds) => stopProcesses(pidsOf('rabbitmq'), seconds),
});
