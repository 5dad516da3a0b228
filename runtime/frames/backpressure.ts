import { BACKPRESSURE_HOLDS_MS, backpressureNotice, DEFAULT_TOPIC, EXCHANGE } from '@framewire/contract';
import { listenForNotices } from '../amqp/notices.ts';
import type { Broker } from '../amqp/session.ts';
import type { Log } from '../telemetry/log.ts';

/** Why a frame is shed that `admits` refused. */
export const OVERLOAD_REASON = 'more frames arrive than can be detected, so an equal share of every camera is shed';

/** An upper bound of the cameras of a source. Their credits are forgotten when nothing is shed any more. */
const MAX_CAMERAS = 10_000;

/** Sheds live frames at their source, at the ratio that the connectors ask for while more frames come than can be detected. */
export interface Backpressure {
  /**
   * Decides whether this live frame is sent. Call it once for each frame that has a deadline. Every camera sheds the same share of its
   * frames, evenly: one of every two, or one of every three. The caller sheds the frame if the answer is false.
   * @param topic each topic has its own functions, so one may be overloaded while others are not.
   */
  admits(camera_id: string, topic?: string): boolean;
  /** The share of a topic that is shed at present, 0 to 1. */
  share(topic?: string): number;
  close(): Promise<void>;
}

interface Topic {
  thinning: ReturnType<typeof createThinning>;
  /** By connector. */
  asked: Map<string, { share: number; until: number }>;
}

/** Listens by a private queue; as long as it hears nothing of a topic, or no more, every frame of it is admitted. */
export function listenForBackpressure({ broker, log }: { broker: Broker; log: Log }): Backpressure {
  /** Those that something was ever asked of. */
  const topics = new Map<string, Topic>();

  const consumer = listenForNotices({
    broker,
    exchange: EXCHANGE.backpressure,
    maxLength: 8,
    parse: backpressureNotice.parse,
    onNotice({ connector, shed_ratio: share }, topic) {
      const { asked } = topicOf(topic);
      if (share > 0) asked.set(connector, { share, until: Date.now() + BACKPRESSURE_HOLDS_MS });
      else asked.delete(connector);
    },
    log,
  });

  function topicOf(name: string): Topic {
    const topic = topics.get(name) ?? { thinning: createThinning(), asked: new Map() };
    topics.set(name, topic);
    return topic;
  }

  /** Connectors of one queue see the same wait: the one that asks for most has the last word. */
  function share({ asked }: Topic): number {
    if (asked.size === 0) return 0;
    const now = Date.now();
    let most = 0;
    for (const [connector, { share, until }] of asked) {
      if (until < now) asked.delete(connector);
      else most = Math.max(most, share);
    }
    return most;
  }

  return {
    admits(camera_id, name = DEFAULT_TOPIC) {
      const topic = topics.get(name);
      return topic === undefined || topic.thinning.admits(camera_id, share(topic));
    },
    share(name = DEFAULT_TOPIC) {
      const topic = topics.get(name);
      return topic ? share(topic) : 0;
    },
    close: () => consumer.stop(),
  };
}

/** Sheds a share of each camera's frames, as evenly as whole frames allow. */
export function createThinning(random: () => number = Math.random) {
  /** Of each camera: the part of a frame that it may send by now. */
  const credits = new Map<string, number>();
  return {
    admits(camera_id: string, share: number): boolean {
      if (share <= 0 || credits.size > MAX_CAMERAS) credits.clear();
      if (share <= 0) return true;
      // cameras that begin at one moment must not send at the same moments
      const credit = (credits.get(camera_id) ?? random()) + 1 - share;
      credits.set(camera_id, credit % 1);
      return credit >= 1;
    },
  };
}
