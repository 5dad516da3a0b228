import { z } from 'zod';

/** The topic of a frame whose producer names none. */
export const DEFAULT_TOPIC = 'faces';

/** The first word of a routing key, a metric label and a name in JSON: as with camera ids, some words are refused. */
export const topicName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a topic is 1 to 64 letters, digits, "_" or "-"')
  .refine((name) => !(name in {}), 'this word cannot be a topic, since every object in JavaScript has it')
  .meta({ id: 'TopicName', description: 'A topic: 1 to 64 letters, digits, `_` or `-`.' });

/** The topic of a frame, in a message about it. Older versions do not write it, and it is no reason to refuse a record. */
export const frameTopic = topicName.default(DEFAULT_TOPIC).catch(DEFAULT_TOPIC).meta({
  id: 'FrameTopic',
  description: 'The topic of the frame: the first word of its routing key. Absent: `faces`.',
});
