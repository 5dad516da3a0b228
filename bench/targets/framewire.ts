import { countShed, type ResultRecord } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { createFramePublisher, type FramePublisher, listenForBackpressure } from '@framewire/runtime/frames';
import type { Log } from '@framewire/runtime/telemetry';
import { readResults } from '../../testkit/result-stream.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';
import type { BenchBroker } from '../broker.ts';
import { startSystem } from '../system.ts';
import type { Answer, SubjectMaker } from './target.ts';

export interface FramewireOptions {
  detector: string;
  replicas: number;
  models?: string;
  broker: BenchBroker;
  log: Log;
  env?: Record<string, string>;
  root?: string;
}

/** As long as a frame may wait for the broker, milliseconds. */
const SEND_MS = 2_000;

/** The whole system, as `npm start` runs it. */
export function framewire({ detector, replicas, models, broker, log, env, root }: FramewireOptions): SubjectMaker {
  const name = `framewire ${detector}, ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;
  return {
    name,
    async start() {
      const vhost = await broker.createVhost(`framewire-${detector}-${replicas}`, 'quorum');
      const system = await startSystem({ detector, replicas, models, broker: vhost, env, root });
      const session = createBroker({ url: vhost.amqp, name: 'bench', log });
      // as the camera connector has it: a numbering for each camera, and an ear for what is asked of all
      const pressure = listenForBackpressure({ broker: session, log });
      const publishers = new Map<string, FramePublisher>();
      const publisherOf = (camera: string) => {
        const known = publishers.get(camera);
        if (known) return known;
        const made = createFramePublisher({ broker: session, log });
        publishers.set(camera, made);
        return made;
      };
      const listeners = new Set<(answer: Answer) => void>();
      readResults(session, (record) => {
        const answer = toAnswer(record, Date.now());
        for (const listener of listeners) listener(answer);
      });

      return {
        name,
        async send({ jpeg, capturedAt, cameraId, deadline }) {
          const frames = publisherOf(cameraId);
          const frame = frames.number({
            camera_id: cameraId,
            captured_at: capturedAt,
            deadline_ms: deadline,
            jpeg,
          });
          if (deadline !== undefined && !pressure.admits(cameraId)) {
            frames.shed(frame, 'more frames come than can be detected');
            return 'shed';
          }
          try {
            await frames.send(frame, { timeoutMs: SEND_MS });
            return 'taken';
          } catch (error) {
            frames.shed(frame, (error as Error).message);
            return 'refused';
          }
        },
        onAnswer(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        async openViewer(onShown) {
          const viewer = openViewer(system.dashboard, ({ record, pictureBytes, shownAt, replay }) => {
            if (replay) return;
            const answer = toAnswer(record, shownAt);
            onShown(pictureBytes || record.outcome !== 'detected' ? answer : { ...answer, outcome: 'without picture' });
          });
          await viewer.connected;
          return viewer;
        },
        processes: () => [...system.processes(), ...broker.processes()],
        clear: () => vhost.purge('frame_queue'),
        async stop() {
          await Promise.all([...publishers.values()].map((frames) => frames.close()));
          await session.close();
          await system.stop();
          await vhost.drop();
        },
      };
    },
  };
}

function toAnswer(record: ResultRecord, seenAt: number): Answer {
  const { camera_id: cameraId, outcome, detections, original_timestamp, shed } = record;
  return { capturedAt: original_timestamp * 1000, seenAt, outcome, cameraId, letGo: countShed(shed), detections };
}
