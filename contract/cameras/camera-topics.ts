import { z } from 'zod';
import { DEFAULT_TOPIC, topicName } from '../frames/topic.ts';

/** The frame rate of a camera that names none, frames per second. */
export const DEFAULT_FPS = 10;
/** Topics that one camera may send to. */
const MAX_TOPICS = 8;

const nameOf = ({ path = [] }: { path?: PropertyKey[] }) => path.map(String).join('.');

/** Its messages name the field as a person wrote it: `fps`, `topics.objects.fps`. */
export const maxFrameRate = z
  .number({ error: (issue) => `${nameOf(issue)} must be a number` })
  .positive({ error: (issue) => `${nameOf(issue)} must be above 0` })
  .max(120, { error: (issue) => `${nameOf(issue)} must be at most 120` })
  .meta({ id: 'MaxFrameRate', description: 'The maximum frame rate, frames per second.' });

/** The deadline of a live frame, milliseconds from its capture. */
export const frameDeadline = z
  .int({ error: (issue) => `${nameOf(issue)} must be a whole number` })
  .positive({ error: (issue) => `${nameOf(issue)} must be above 0` })
  .max(60_000, { error: (issue) => `${nameOf(issue)} must be at most 60000` })
  .meta({ id: 'FrameDeadline', description: 'The deadline of each frame, milliseconds from its capture.' });

/** What a camera sends to one topic. */
const topicSettings = z.strictObject(
  {
    fps: maxFrameRate.default(DEFAULT_FPS),
    deadline_ms: frameDeadline.optional().describe("Its own deadline. Absent: the camera's `deadline_ms`."),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${nameOf(issue)}: unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; known: fps, deadline_ms`
        : `${nameOf(issue)} must be an object such as {"fps": 2}`,
  },
);

/** The topics of a camera by name, as a person writes them. */
export const topicsSpec = z
  .record(topicName, topicSettings, {
    error: (issue) =>
      issue.code === 'invalid_key'
        ? `topics: ${JSON.stringify(String(issue.path?.at(-1)))}: ${issue.issues[0]?.message}`
        : 'topics must be an object such as {"faces": {"fps": 10}, "objects": {"fps": 2}}',
  })
  .refine((topics) => Object.keys(topics).length > 0, 'topics must name at least one topic')
  .refine((topics) => Object.keys(topics).length <= MAX_TOPICS, `topics must name at most ${MAX_TOPICS} topics`)
  .meta({
    id: 'CameraTopics',
    description:
      'The topics that get frames of the camera, each at its own rate: `{"faces": {"fps": 10}, "objects": {"fps": 2}}`.',
  });
export type TopicsSpec = z.infer<typeof topicsSpec>;

/** What a camera sends to one topic, with nothing left open. */
export interface CameraTopic {
  topic: string;
  /** The maximum frame rate, frames per second. */
  fps: number;
  /** Milliseconds from capture. */
  deadline_ms: number;
}

/** The topics of a camera. Without `topics` it is `faces`, at `fps`. */
export function cameraTopics(spec: { fps?: number; deadline_ms: number; topics?: TopicsSpec }): CameraTopic[] {
  const { fps = DEFAULT_FPS, deadline_ms, topics = { [DEFAULT_TOPIC]: { fps } } } = spec;
  return Object.entries(topics).map(([topic, own]) => ({ topic, deadline_ms, ...own }));
}
