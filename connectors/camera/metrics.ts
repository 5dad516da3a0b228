import { type CameraState, cameraState, SECONDS_BUCKETS } from '@framewire/contract';
import { Counter, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';

export interface CameraMetrics {
  published(camera_id: string, topic: string, seconds: number): void;
  shed(camera_id: string, topic: string): void;
  still(camera_id: string, topic: string): void;
  /** Starts to count its restarts; series of topics that it no longer has are removed. */
  started(camera_id: string, topics: string[]): void;
  state(camera_id: string, state: CameraState): void;
  restarted(camera_id: string): void;
  /** The camera was removed: removes its series. */
  forget(camera_id: string): void;
}

export function createMetrics(registry: Registry): CameraMetrics {
  const registers = [registry];
  const frames = new Counter({
    name: 'camera_frames_total',
    help: 'Frames that were numbered, by what became of them: published (confirmed by the broker), shed, or still (not to be detected).',
    labelNames: ['camera_id', 'topic', 'outcome'],
    registers,
  });
  const states = new Gauge({
    name: 'camera_state',
    help: '1 for the state that a camera is in, 0 for the others.',
    labelNames: ['camera_id', 'state'],
    registers,
  });
  const restarts = new Counter({
    name: 'camera_restarts_total',
    help: "How often a camera's source was opened again.",
    labelNames: ['camera_id'],
    registers,
  });
  const publishing = new Histogram({
    name: 'camera_publish_seconds',
    help: "Time from a frame's capture to the broker's confirm, seconds.",
    buckets: SECONDS_BUCKETS,
    registers,
  });
  /** By camera: as many as its settings may name. */
  const topicsOf = new Map<string, string[]>();
  const removeFrames = (camera_id: string, kept: string[]) => {
    for (const topic of topicsOf.get(camera_id) ?? [])
      if (!kept.includes(topic))
        for (const outcome of ['published', 'shed', 'still']) frames.remove({ camera_id, topic, outcome });
  };
  const shown = cameraState.options.filter((state) => state !== 'removed');

  return {
    published(camera_id, topic, seconds) {
      frames.inc({ camera_id, topic, outcome: 'published' });
      publishing.observe(seconds);
    },
    shed: (camera_id, topic) => frames.inc({ camera_id, topic, outcome: 'shed' }),
    still: (camera_id, topic) => frames.inc({ camera_id, topic, outcome: 'still' }),
    started(camera_id, topics) {
      removeFrames(camera_id, topics);
      topicsOf.set(camera_id, topics);
      restarts.remove({ camera_id });
      restarts.inc({ camera_id }, 0);
    },
    state(camera_id, state) {
      for (const each of shown) states.set({ camera_id, state: each }, each === state ? 1 : 0);
    },
    restarted: (camera_id) => restarts.inc({ camera_id }),
    forget(camera_id) {
      removeFrames(camera_id, []);
      topicsOf.delete(camera_id);
      for (const state of shown) states.remove({ camera_id, state });
      restarts.remove({ camera_id });
    },
  };
}
