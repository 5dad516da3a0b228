/**
 * The exchanges, queues, bindings, policies and users of the system, as data. Only the topology step declares them: the other parts run as
 * users without the permission.
 */
import { DEFAULT_TOPIC } from './frames/topic.ts';

export const EXCHANGE = {
  /** Producers publish frames here, key `<topic>.<camera id>`. */
  frames: 'frames',
  /** The frames of watched cameras for viewers: connectors forward them as they take them from their queue. */
  watchedFrames: 'watched_frames',
  /** Outcomes, key = camera id. */
  results: 'results',
  /** Frames that expired or reached the delivery limit. */
  deadLetters: 'frames.dead',
  /** Shedding notices to sources while more frames arrive than can be detected, key = topic. */
  backpressure: 'backpressure',
  /** The watched cameras, as each results-ws publishes them. */
  watched: 'watched',
  /** The tracks of each frame that has any, key = camera id. */
  tracks: 'tracks',
  /** Notifications for pages that are open, key = rule id. */
  notifications: 'notifications',
} as const;

export const QUEUE = {
  frames: 'frame_queue',
  /** A stream: many readers, each from its own cursor. */
  results: 'result_queue',
  deadLetters: 'dead_frames',
  /** A stream, as `result_queue` is. */
  tracks: 'track_queue',
} as const;

/** A topic's detection queue: a heavier model gets a topic, a queue and a function of its own. */
export interface Topic {
  topic: string;
  queue: string;
  /** The maximum number of waiting frames; the broker rejects further ones with a nack. */
  maxLength: number;
  maxBytes: number;
}

export const DEFAULT_TOPICS: Topic[] = [
  { topic: DEFAULT_TOPIC, queue: QUEUE.frames, maxLength: 64, maxBytes: 256 * 1024 * 1024 },
];

/**
 * A frame is tried this many times plus one. The limit is generous because a connector that is killed costs a try for every frame it
 * held, and before RabbitMQ 4.3 so does every requeue.
 */
const DELIVERY_LIMIT = 20;

export interface Topology {
  exchanges: { name: string; type: 'topic'; durable: true }[];
  queues: { name: string; durable: true; arguments: Record<string, string | number> }[];
  bindings: { source: string; destination: string; destination_type: 'queue' | 'exchange'; routing_key: string }[];
  policies: {
    name: string;
    pattern: string;
    'apply-to': 'queues';
    priority: number;
    definition: Record<string, string | number>;
  }[];
}

/** The desired state for these topics. */
export function topology(topics: Topic[] = DEFAULT_TOPICS, retention: StreamRetention = {}): Topology {
  const quorum = { 'x-queue-type': 'quorum' };
  return {
    exchanges: Object.values(EXCHANGE).map((name) => ({ name, type: 'topic', durable: true })),
    queues: [
      ...topics.map(({ queue }) => ({ name: queue, durable: true as const, arguments: quorum })),
      { name: QUEUE.deadLetters, durable: true, arguments: quorum },
      ...[QUEUE.results, QUEUE.tracks].map((name) => ({
        name,
        durable: true as const,
        arguments: { 'x-queue-type': 'stream' },
      })),
    ],
    bindings: [
      ...topics.map(({ topic, queue }) => bind(EXCHANGE.frames, 'queue', queue, `${topic}.*`)),
      bind(EXCHANGE.deadLetters, 'queue', QUEUE.deadLetters, '#'),
      bind(EXCHANGE.results, 'queue', QUEUE.results, '#'),
      bind(EXCHANGE.tracks, 'queue', QUEUE.tracks, '#'),
    ],
    policies: [
      ...topics.map(({ queue, maxLength, maxBytes }) =>
        policy(queue, {
          'max-length': maxLength,
          'max-length-bytes': maxBytes,
          overflow: 'reject-publish',
          'delivery-limit': DELIVERY_LIMIT,
          'dead-letter-exchange': EXCHANGE.deadLetters,
          'dead-letter-strategy': 'at-least-once',
        }),
      ),
      // since RabbitMQ 4 a quorum queue without a limit of its own drops a message after 20 deliveries
      policy(QUEUE.deadLetters, { 'delivery-limit': 1_000_000 }),
      ...[QUEUE.results, QUEUE.tracks].map((name) =>
        policy(name, {
          'max-age': retention.maxAge ?? '24h',
          'max-length-bytes': retention.maxBytes ?? 2_000_000_000,
          'stream-max-segment-size-bytes': retention.segmentBytes ?? 50_000_000,
        }),
      ),
    ],
  };
}

export interface StreamRetention {
  /** As RabbitMQ writes it: `24h`, `7D`. */
  maxAge?: string;
  maxBytes?: number;
  segmentBytes?: number;
}

/** What each user may configure, write and read: patterns over names, as narrow as its part allows. */
export function permissions(topics: Topic[] = DEFAULT_TOPICS): Record<BrokerUser, Permission> {
  const queues = [...topics.map(({ queue }) => queue), QUEUE.deadLetters];
  // a private queue for shedding notices
  const sourceOfFrames = {
    configure: '^amq\\.gen.*$',
    write: `^(amq\\.gen.*|${EXCHANGE.frames}|${EXCHANGE.results})$`,
    read: `^(amq\\.gen.*|${EXCHANGE.backpressure})$`,
  };
  return {
    ingest: sourceOfFrames,
    camera: {
      ...sourceOfFrames,
      // what nobody detects it shows to viewers itself
      write: `^(amq\\.gen.*|${EXCHANGE.frames}|${EXCHANGE.results}|${EXCHANGE.watchedFrames})$`,
      read: `^(amq\\.gen.*|${EXCHANGE.backpressure}|${EXCHANGE.watched})$`,
    },
    connector: {
      // a private queue for watched notices
      configure: '^amq\\.gen.*$',
      write: `^(amq\\.gen.*|${EXCHANGE.results}|${EXCHANGE.watchedFrames}|${EXCHANGE.backpressure})$`,
      read: `^(amq\\.gen.*|${EXCHANGE.watched}|${queues.map(escapePattern).join('|')})$`,
    },
    results: {
      configure: '^amq\\.gen.*$',
      // the beginning and the end of findings
      write: `^(amq\\.gen.*|${EXCHANGE.results}|${EXCHANGE.watched})$`,
      read: `^(amq\\.gen.*|${EXCHANGE.watchedFrames}|${EXCHANGE.tracks}|${EXCHANGE.notifications}|${QUEUE.results})$`,
    },
    tracker: {
      configure: '^$',
      write: `^${EXCHANGE.tracks}$`,
      read: `^(${QUEUE.results}|${QUEUE.tracks})$`,
    },
    sightings: {
      configure: '^amq\\.gen.*$',
      write: `^(amq\\.gen.*|${EXCHANGE.watched}|${EXCHANGE.notifications})$`,
      read: `^(amq\\.gen.*|${EXCHANGE.watchedFrames}|${QUEUE.results}|${QUEUE.tracks})$`,
    },
  };
}

/** Each part that speaks AMQP has a user of its own. */
export const BROKER_USERS = ['ingest', 'camera', 'connector', 'results', 'tracker', 'sightings'] as const;
export type BrokerUser = (typeof BROKER_USERS)[number];
export interface Permission {
  configure: string;
  write: string;
  read: string;
}

const escapePattern = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function bind(source: string, destination_type: 'queue' | 'exchange', destination: string, routing_key: string) {
  return { source, destination, destination_type, routing_key };
}

const policy = (name: string, definition: Record<string, string | number>) => ({
  name: `framewire-${name}`,
  pattern: `^${escapePattern(name)}$`,
  'apply-to': 'queues' as const,
  priority: 10,
  definition,
});
