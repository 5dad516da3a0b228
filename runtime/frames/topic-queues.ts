import { DEFAULT_TOPIC, DEFAULT_TOPICS, type Topic } from '@framewire/contract';
import type { Setting } from '../process/config.ts';

const TOPIC =
  /^(?<topic>[A-Za-z0-9_-]{1,64})=(?<queue>[A-Za-z0-9_.-]{1,255})(:(?<frames>\d{1,7})(:(?<bytes>\d{1,12}))?)?$/;

/** `TOPIC_QUEUES`: topics beside `faces=frame_queue`; naming `faces` itself sets its limits. */
export const topicQueues: Setting<Topic[]> = {
  parse(value) {
    const [limits] = DEFAULT_TOPICS;
    const named = value.split(',').map((entry) => {
      const { topic, queue, frames, bytes } = TOPIC.exec(entry.trim())!.groups!;
      return {
        topic: topic!,
        queue: queue!,
        maxLength: frames ? Number(frames) : limits!.maxLength,
        maxBytes: bytes ? Number(bytes) : limits!.maxBytes,
      };
    });
    const all = named.some(({ topic }) => topic === DEFAULT_TOPIC) ? named : [...DEFAULT_TOPICS, ...named];
    for (const key of ['topic', 'queue'] as const) {
      if (new Set(all.map((one) => one[key])).size < all.length) throw new Error('named twice');
    }
    return all;
  },
  allowed: 'topic=queue, or topic=queue:frames:bytes with how much may wait, with commas between them; each name once',
  fallback: DEFAULT_TOPICS,
};
