import type { Fault } from '../fault-injector.ts';
import { type PidsOf, stopProcesses } from './stop-processes.ts';

export const brokerFault = (pidsOf: PidsOf): Fault => ({
  name: 'broker',
  message: 'RabbitMQ is stopped: its connections stay, and it answers nothing.',
  inject: (seconds) => stopProcesses(pidsOf('rabbitmq'), seconds),
});
