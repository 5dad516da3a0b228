import { EXCHANGE } from '@framewire/contract';
import type { ConsumeMessage } from '@framewire/runtime/amqp';

/**
 * Whether it came by the exchange `results`, to which only parts of the system may publish. Under `--legacy-producers` any program on this
 * machine may write straight to a queue, and this one too: what comes so is nobody's outcome.
 */
export const isByExchange = ({ fields }: ConsumeMessage): boolean => fields.exchange === EXCHANGE.results;
