import type { Broker } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import { produceByAmqp, produceByHttp } from '../../testkit/load/producers.ts';
import type { Oracle } from '../../testkit/oracle/oracle.ts';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import type { SystemInfo } from '../../testkit/system/system.ts';

/** The three routes into the system, by the camera ids that they use. */
export const ROUTES = ['by-amqp', 'by-http', 'by-camera'] as const;

/** Frames by each of the three routes. */
export interface Traffic {
  /** The numbering of the producer by AMQP. */
  source: string;
  readonly refusedByHttp: number;
  /** No more frames; resolves when those under way have ended. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  system: SystemInfo;
  jpegs: Uint8Array[];
  /** Frames a second by each route. */
  rate: number;
  broker: Broker;
  log: Log;
}

/** @param oracle learns of each frame that was confirmed to its producer. */
export async function startTraffic(options: TrafficOptions, oracle: Oracle): Promise<Traffic> {
  const { system, jpegs, rate, broker, log } = options;
  const byAmqp = produceByAmqp({ camera: ROUTES[0], rate, jpegs, oracle, broker, log });
  const byHttp = produceByHttp({ camera: ROUTES[1], rate, jpegs, oracle, gateway: system.gateway });
  await putCamera(system, ROUTES[2], { url: 'demo:chaos', fps: rate });
  return {
    source: byAmqp.source,
    get refusedByHttp() {
      return byHttp.refused;
    },
    async stop() {
      await Promise.all([byAmqp.stop(), byHttp.stop(), removeCameras(system, ROUTES[2])]);
    },
  };
}
