import { BACKPRESSURE_HOLDS_MS, backpressureNotice, DEFAULT_TOPIC, EXCHANGE } from '@framewire/contract';
import { listenForNotices } from '../amqp/notices.ts';
import type { Broker } from '../amqp/session.ts';
import type { Log } from '../telemetry/log.ts';

/** More cameras than a source has; what is kept of each is forgotten when the pressure is over. */
const MOST_CAMERAS = 10_000;

/** What is asked of a source of live frames while more come than can be detected: to let some go before they cost anybody anything. */
export interface Backpressure {
  /**
   * Whether this live frame is to be sent; to be asked once for each. Of every camera the same share is let go, and evenly: of each
   * two frames one, or of each three. A frame that is let go is shed like any other. Frames without a deadline are not to be asked for.
   * @param topic each has functions of its own, which are overloaded for themselves.
   */
  admits(camera_id: string, topic?: string): boolean;
  /** 0 to 1: what of a topic is let go at present. */
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

/** Lets a share of each camera's frames go, as evenly as whole frames allow. */
export function createThinning(random: () => number = Math.random) {
  /** Of each camera: the part of a frame that it may send by now. */
  const credits = new Map<string, number>();
  return {
    admits(camera_id: string, share: number): boolean {
      if (share <= 0 || credits.size > MOST_CAMERAS) credits.clear();
      if (share <= 0) return true;
      // cameras that begin at one moment must not send at the same moments
      const credit = (credits.get(camera_id) ?? random()) + 1 - share;
      credits.set(camera_id, credit % 1);
      return credit >= 1;
    },
  };
}
