import type { DelayProxy } from '../delay-proxy.ts';
import type { Fault } from '../fault-injector.ts';

/** Added to each direction between connector and gateway, milliseconds. */
const DELAY_MS = 250;

export const gatewayFault = (proxy: DelayProxy): Fault => ({
  name: 'gateway',
  message: `The connection from the connector to the gateway takes ${DELAY_MS} ms more each way.`,
  inject() {
    proxy.delay = DELAY_MS;
    return () => {
      proxy.delay = 0;
    };
  },
});
