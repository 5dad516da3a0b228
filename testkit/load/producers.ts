import { ingestAnswer } from '@framewire/contract';
import type { Broker, PublishError } from '@framewire/runtime/amqp';
import { createFramePublisher } from '@framewire/runtime/frames';
import { backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { Pool } from 'undici';
import type { Oracle } from '../oracle/oracle.ts';
import { startOpenLoad } from './open.ts';

export interface ProducerOptions {
  camera: string;
  /** Frames a second. */
  rate: number;
  jpegs: Uint8Array[];
  oracle: Pick<Oracle, 'confirmed'>;
}

/** Sends frames and reports to the oracle those that were confirmed. */
export interface Producer {
  /** Frames that were not confirmed. */
  readonly refused: number;
  /** No more frames; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Frames under way at once: while nothing gets through, no more are begun. */
const MAX_IN_FLIGHT = 40;
/** Far longer than any outage here. The frames have no deadline: such a frame waits as long as it takes. */
const PATIENCE_MS = 300_000;
/** How long one try may take. */
const TRY_MS = 3_000;

/** By AMQP, as a camera does it: what is not confirmed is sent again under the same id and number. */
export function produceByAmqp(options: ProducerOptions & { broker: Broker; log: Log }): Producer & { source: string } {
  const { camera, broker, oracle, log } = options;
  const frames = createFramePublisher({ broker, log });

  async function send(jpeg: Uint8Array): Promise<boolean> {
    const captured_at = Date.now();
    const frame = frames.number({ camera_id: camera, captured_at, jpeg });
    for (let attempt = 0; Date.now() < captured_at + PATIENCE_MS; attempt++) {
      try {
        await frames.send(frame, { timeoutMs: TRY_MS });
        oracle.confirmed(frame);
        return true;
      } catch (error) {
        log.debug({ why: (error as PublishError).message }, 'not confirmed yet');
        await sleep(backoff(attempt, 50, 500));
      }
    }
    frames.shed(frame, 'nothing got through for minutes');
    return false;
  }

  return Object.assign(
    produce(options, send, () => frames.close()),
    { source: frames.source },
  );
}

/** By HTTP, as curl does it: what is not answered 202 is dropped. */
export function produceByHttp(options: ProducerOptions & { gateway: string; key?: string }): Producer {
  const { camera, gateway, oracle, key } = options;
  const pool = new Pool(gateway, { connections: MAX_IN_FLIGHT, headersTimeout: TRY_MS, bodyTimeout: TRY_MS });
  const headers = { 'content-type': 'image/jpeg', ...(key && { authorization: `Bearer ${key}` }) };

  async function send(jpeg: Uint8Array): Promise<boolean> {
    const path = `/function/ingest-frame?camera=${camera}&captured_at=${Date.now()}`;
    const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: jpeg });
    const answer = await body.json();
    if (statusCode !== 202) return false;
    oracle.confirmed(ingestAnswer.parse(answer));
    return true;
  }

  return produce(
    options,
    (jpeg) => send(jpeg).catch(() => false),
    () => pool.destroy(),
  );
}

/** @param send resolves to whether the frame was confirmed. */
function produce(
  { rate, jpegs }: ProducerOptions,
  send: (jpeg: Uint8Array) => Promise<boolean>,
  close: () => Promise<void>,
): Producer {
  const producer = {
    refused: 0,
    async stop() {
      await load.stop();
      await close();
    },
  };
  const load = startOpenLoad(
    rate,
    async (number) => {
      if (!(await send(jpegs[number % jpegs.length]!))) producer.refused++;
    },
    MAX_IN_FLIGHT,
  );
  return producer;
}
