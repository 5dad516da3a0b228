import type { BrokerAdmin } from '@framewire/runtime/amqp';

/** The management API of any node that answers: each call goes to one after the other until one does. */
export function anyNode(nodes: BrokerAdmin[]): BrokerAdmin {
  return {
    vhost: nodes[0]!.vhost,
    async call<T>(...args: Parameters<BrokerAdmin['call']>) {
      let failure: unknown;
      for (const node of nodes) {
        try {
          return await node.call<T>(...args);
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
  };
}
