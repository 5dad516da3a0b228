import { type DetectAnswer, detectAnswer } from '@framewire/contract';
import { Pool } from 'undici';
import { forkPart } from '../../testkit/system/part.ts';
import { count as countOf, createListeners, type TargetMaker } from './target.ts';

/** Frames that one replica is given at once, as the connector does it. */
const CONCURRENCY = 2;

/** Replicas of the function alone, posted to directly. The difference to framewire is what transport costs. */
export function replicas(options: { detector: string; count: number; models?: string }): TargetMaker {
  const { detector, count, models = '' } = options;
  const name = `detect-faces ${detector} only, ${countOf(count, 'replica')}`;
  return {
    name,
    async start() {
      const env = { DETECTOR: detector, MODELS: models };
      const forks = await Promise.all(
        Array.from({ length: count }, (_, i) =>
          forkPart('functions/detect-faces/dist/main.js', { ...env, HOSTNAME: `replica-${i}` }),
        ),
      );
      // undici sends a request to the connection that is free: at most so many are under way at a replica
      const pools = forks.map(({ url }) => new Pool(url, { connections: CONCURRENCY }));
      const { publish, onAnswer } = createListeners();
      let turn = 0;

      return {
        name,
        async send({ jpeg, captured_at: capturedAt, camera_id: cameraId }) {
          const { detections } = await post(pools[turn++ % count]!, jpeg);
          publish({ capturedAt, seenAt: Date.now(), outcome: 'detected', cameraId, detections });
          return 'taken';
        },
        onAnswer,
        processes: () => forks.map(({ pid }) => ({ name: 'detect-faces', pid })),
        clear: async () => {},
        async stop() {
          await Promise.all(pools.map((pool) => pool.destroy()));
          await Promise.all(forks.map((one) => one.stop()));
        },
      };
    },
  };
}

async function post(pool: Pool, jpeg: Uint8Array): Promise<DetectAnswer> {
  const headers = { 'content-type': 'image/jpeg' };
  const { statusCode, body } = await pool.request({ path: '/', method: 'POST', headers, body: jpeg });
  const answer = await body.json();
  if (statusCode !== 200) throw new Error(`${statusCode}: ${JSON.stringify(answer)}`);
  return detectAnswer.parse(answer);
}
