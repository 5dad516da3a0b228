import { ingestAnswer } from '@framewire/contract';
import type { Broker, PublishError } from '@framewire/runtime/amqp';
import { createFramePublisher } from '@framewire/runtime/frames';
import { backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { Pool } from 'undici';
import type { Ledger } from '../oracle/oracle.ts';

export interface ProducerOptions {
  camera: string;
  /** Frames a second. */
  rate: number;
  jpegs: Uint8Array[];
  ledger: Ledger;
}

/** Sends frames and enters in the ledger those that it was told are safe. */
export interface Producer {
  /** Frames that it was told are not, or was not told anything of. */
  readonly refused: number;
  /** No more frames; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Frames under way at once: while nothing gets through, no more are begun. */
const UNDER_WAY = 40;
/** Far longer than any outage here. The frames themselves have no deadline: such a frame waits as long as it takes. */
const PATIENCE_MS = 300_000;
/** As long as one try may take. */
const TRY_MS = 3_000;

/** By AMQP, as a camera does it: what is not confirmed is sent again under the same id and number. */
export function produceByAmqp(options: ProducerOptions & { broker: Broker; log: Log }): Producer & { source: string } {
  const { camera, broker, ledger, log } = options;
  const frames = createFramePublisher({ broker, log });

  async function send(jpeg: Uint8Array): Promise<boolean> {
    const captured_at = Date.now();
    const frame = frames.number({ camera_id: camera, captured_at, jpeg });
    for (let attempt = 0; Date.now() < captured_at + PATIENCE_MS; attempt++) {
      try {
        await frames.send(frame, { timeoutMs: TRY_MS });
        ledger.confirmed(frame);
        return true;
      } catch (error) {
        log.debug({ why: (error as PublishError).message }, 'not confirmed yet');
        await sleep(backoff(attempt, 50, 500));
      }
    }
    frames.shed(frame, 'nothing got through for minutes');
    return false;
  }

  const producer = produce(options, send);
  return {
    source: frames.source,
    get refused() {
      return producer.refused;
    },
    async stop() {
      await producer.stop();
      await frames.close();
    },
  };
}

/** By HTTP, as curl does it: what is not answered 202 is let go. */
export function produceByHttp(options: ProducerOptions & { gateway: string; key?: string }): Producer {
  const { camera, gateway, ledger, key } = options;
  const pool = new Pool(gateway, { connections: UNDER_WAY, headersTimeout: TRY_MS, bodyTimeout: TRY_MS });
  const headers = { 'content-type': 'image/jpeg', ...(key && { authorization: `Bearer ${key}` }) };

  async function send(jpeg: Uint8Array): Promise<boolean> {
    const path = `/function/ingest-frame?camera=${camera}&captured_at=${Date.now()}`;
    const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: jpeg });
    const answer = await body.json();
    if (statusCode !== 202) return false;
    ledger.confirmed(ingestAnswer.parse(answer));
    return true;
  }

  const producer = produce(options, (jpeg) => send(jpeg).catch(() => false));
  return {
    get refused() {
      return producer.refused;
    },
    async stop() {
      await producer.stop();
      await pool.destroy();
    },
  };
}

/** @param send resolves to whether the frame is safe. */
function produce({ rate, jpegs }: ProducerOptions, send: (jpeg: Uint8Array) => Promise<boolean>): Producer {
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  let refused = 0;
  const timer = setInterval(() => {
    if (underWay.size >= UNDER_WAY) return;
    const work = send(jpegs[sent++ % jpegs.length]!)
      .then((safe) => void (safe || refused++))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }, 1000 / rate);
  return {
    get refused() {
      return refused;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
