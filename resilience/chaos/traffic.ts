import type { Broker } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import type { System } from '../../bench/system.ts';
import { produceByAmqp, produceByHttp } from '../../testkit/load/producers.ts';
import type { Ledger } from '../../testkit/oracle/oracle.ts';

/** The three ways into the system, by the camera ids that they use. */
export const WAYS = ['by-amqp', 'by-http', 'by-camera'] as const;

/** Frames that come by each of the three ways. */
export interface Traffic {
  /** The numbering of the producer by AMQP. */
  source: string;
  readonly refusedByHttp: number;
  /** No more frames; resolves when those under way have ended. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  system: System;
  jpegs: Uint8Array[];
  /** Frames a second by each way. */
  rate: number;
  broker: Broker;
  log: Log;
}

/** @param ledger told of each frame that was confirmed to its producer. */
export async function startTraffic(options: TrafficOptions, ledger: Ledger): Promise<Traffic> {
  const { system, jpegs, rate, broker, log } = options;
  const byAmqp = produceByAmqp({ camera: WAYS[0], rate, jpegs, ledger, broker, log });
  const byHttp = produceByHttp({ camera: WAYS[1], rate, jpegs, ledger, gateway: system.gateway });
  await system.addCamera(WAYS[2], { url: 'demo:chaos', fps: rate });
  return {
    source: byAmqp.source,
    get refusedByHttp() {
      return byHttp.refused;
    },
    async stop() {
      await Promise.all([byAmqp.stop(), byHttp.stop(), system.removeCamera(WAYS[2])]);
    },
  };
}
