import { countShed, type ResultRecord } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import { createCameraSender } from '../../testkit/load/cameras.ts';
import { readResults } from '../../testkit/results/result-stream.ts';
import { listProcesses } from '../../testkit/system/processes.ts';
import { startSystem } from '../../testkit/system/system.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';
import type { BenchBroker } from '../broker.ts';
import { type Answer, count, createListeners, type TargetMaker } from './target.ts';

export interface FramewireOptions {
  detector: string;
  replicas: number;
  models?: string;
  broker: BenchBroker;
  log: Log;
}

/** The whole system, as `npm start` runs it. */
export function framewire({ detector, replicas, models, broker, log }: FramewireOptions): TargetMaker {
  const name = `framewire ${detector}, ${count(replicas, 'replica')}`;
  return {
    name,
    async start() {
      const vhost = await broker.createVhost(`framewire-${detector}-${replicas}`, 'quorum');
      const args = ['--no-demo', '--detector', detector, '--replicas', `${replicas}-${replicas}`];
      const system = await startSystem({ args, models, broker: vhost });
      const session = createBroker({ url: vhost.amqp, name: 'bench', log });
      const cameras = createCameraSender(session, log);
      const { publish, onAnswer } = createListeners();
      readResults(session, (record) => publish(toAnswer(record)));

      return {
        name,
        send: async (frame) => (await cameras.send(frame)).sent,
        onAnswer,
        async openViewer(onShown) {
          const viewer = openViewer(system.dashboard, ({ record, jpeg, replay }) => {
            if (replay) return;
            const answer = toAnswer(record);
            onShown(jpeg.length || record.outcome !== 'detected' ? answer : { ...answer, outcome: 'without picture' });
          });
          await viewer.connected;
          return viewer;
        },
        processes: () => [...listProcesses(system.data), ...broker.processes()],
        clear: () => vhost.purge('frame_queue'),
        async stop() {
          await cameras.close();
          await session.close();
          await system.stop();
          await vhost.drop();
        },
      };
    },
  };
}

function toAnswer({ camera_id, outcome, detections, original_timestamp, shed }: ResultRecord): Answer {
  const capturedAt = original_timestamp * 1000;
  return { capturedAt, seenAt: Date.now(), outcome, cameraId: camera_id, shed: countShed(shed), detections };
}
