import { type ChildProcess, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { end } from '../../testkit/system/part.ts';
import type { BenchBroker } from '../broker.ts';
import { WEIGHTS } from './detector-only.ts';
import { createListeners, type TargetMaker } from './target.ts';

/** What finds the faces in it: OpenCV's cascade as in the legacy worker, or YuNet in its place. */
export type PythonDetector = 'haar' | 'yunet-opencv' | 'yunet-onnx';

export interface PythonWorkerOptions {
  /** An interpreter with what the worker needs. */
  python: string;
  detector: PythonDetector;
  /** Folder with the weights of YuNet. */
  models?: string;
  broker: BenchBroker;
  log: Log;
}

const CAMERA = 'default';

/** Legacy workers, one of one thread for each core, on a vhost of the same broker, with the queues that they declare. */
export function pythonWorker({ python, detector, models = '', broker, log }: PythonWorkerOptions): TargetMaker {
  const name = `Python ${detector}`;
  return {
    name,
    async start() {
      const vhost = await broker.createVhost(`python-${detector}`, 'classic');
      const args = ['--detector', detector, '--weights', join(models, WEIGHTS)];
      const children = await Promise.all(
        cpus().map((_, i) => startWorker(python, args, { AMQP_URL: vhost.amqp, NODE_ID: `worker-${i}` })),
      );
      const session = createBroker({ url: vhost.amqp, name: 'bench', log });
      const { publish, onAnswer } = createListeners();
      session.consume({
        queue: 'result_queue',
        prefetch: 200,
        onDelivery({ content }) {
          const { original_timestamp, detections } = JSON.parse(content.toString('utf8'));
          const capturedAt = original_timestamp * 1000;
          publish({ capturedAt, seenAt: Date.now(), outcome: 'detected', cameraId: CAMERA, detections });
          return 'ack';
        },
      });

      return {
        name,
        async send({ jpeg, captured_at }) {
          const message = { frame: Buffer.from(jpeg).toString('base64'), timestamp: captured_at / 1000 };
          const content = Buffer.from(JSON.stringify(message));
          await session.publish({ exchange: '', key: 'frame_queue', content, timeoutMs: 10_000 });
          return 'taken';
        },
        onAnswer,
        processes: () => [...children.map(({ pid }) => ({ name: 'worker', pid: pid! })), ...broker.processes()],
        clear: () => vhost.purge('frame_queue'),
        async stop() {
          await session.close();
          await Promise.all(children.map((child) => end(child, 'SIGKILL')));
          await vhost.drop();
        },
      };
    },
  };
}

async function startWorker(python: string, args: string[], env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(python, [resolve('bench/targets/worker.py'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-2_000);
    });
  }
  await waitFor('the Python worker', () => said.includes('ready') || child.exitCode !== null, { timeout: 60_000 });
  if (child.exitCode !== null) throw new Error(`the Python worker ended: ${said}`);
  return child;
}
