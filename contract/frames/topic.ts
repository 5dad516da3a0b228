import { plainName } from '../plain-name.ts';

/** The topic of a frame whose producer names none. */
export const DEFAULT_TOPIC = 'faces';

/** The first word of a routing key, a metric label and a name in JSON. */
export const topicName = plainName('a topic').meta({
  id: 'TopicName',
  description: 'A topic: 1 to 64 letters, digits, `_` or `-`.',
});

/** The topic of a frame, in a message about it. Older versions do not write it, and it is no reason to refuse a record. */
export const frameTopic = topicName.default(DEFAULT_TOPIC).catch(DEFAULT_TOPIC).meta({
  id: 'FrameTopic',
  description: 'The topic of the frame: the first word of its routing key. Absent: `faces`.',
});
