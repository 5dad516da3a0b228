import { type CameraPatch, cameraId, cameraTopics } from '@framewire/contract';
import type { CameraAnswer } from './camera-api.ts';

/** A camera as a person fills it in. Numbers are text until they are sent. */
export interface CameraForm {
  name: string;
  id: string;
  url: string;
  topics: { topic: string; fps: string }[];
  deadline: string;
}

export const EXAMPLES = [
  ['RTSP', 'rtsp://user:password@10.0.0.4/stream'],
  ['HTTP', 'http://10.0.0.5/video.mjpg'],
  ['Device', '/dev/video0'],
  ['File', '/data/media/film.mp4'],
  ['Drawn scene', 'demo:'],
] as const;

export const emptyForm = (): CameraForm => ({
  name: '',
  id: '',
  url: '',
  topics: [{ topic: 'faces', fps: '10' }],
  deadline: '2000',
});

/** The form of a camera that is there. */
export function formOf(camera: CameraAnswer): CameraForm {
  const { name = '', camera_id, url, fps, deadline_ms } = camera;
  const topics = camera.topics
    ? Object.entries(camera.topics).map(([topic, one]) => ({ topic, fps: one.fps }))
    : cameraTopics({ fps, deadline_ms });
  return {
    name,
    id: camera_id,
    url,
    topics: topics.map((one) => ({ topic: one.topic, fps: String(one.fps) })),
    deadline: String(deadline_ms),
  };
}

/** An id made of a name: `Front door` is `front-door`. Names without Latin letters give `camera`. @param taken ids that are in use. */
export function idFrom(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
  const base =
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56) || 'camera';
  if (!taken.has(base) && cameraId.safeParse(base).success) return base;
  for (let n = 2; ; n++) if (!taken.has(`${base}-${n}`)) return `${base}-${n}`;
}

/** What is wrong with a form, by field. */
export function problemsOf(form: CameraForm, taken: ReadonlySet<string>): Partial<Record<keyof CameraForm, string>> {
  const id = cameraId.safeParse(form.id).error?.issues[0]?.message;
  const names = form.topics.map(({ topic }) => topic.trim());
  return {
    ...(id ? { id: `${id}.` } : taken.has(form.id) && { id: `There is a camera ${form.id} already.` }),
    ...(form.url.trim() === '' && { url: 'A camera needs an address.' }),
    ...(form.topics.some(({ topic, fps }) => !topic.trim() || !isPositive(fps))
      ? { topics: 'Each topic needs a name and a rate above 0.' }
      : new Set(names).size < names.length && { topics: 'Two topics have the same name.' }),
    ...(!isPositive(form.deadline) && { deadline: 'The deadline is a number of milliseconds above 0.' }),
  };
}

const isPositive = (text: string) => text.trim() !== '' && Number(text) > 0;

/** The body of a PUT. */
export function specOf(form: CameraForm): object {
  const name = form.name.trim();
  return { url: form.url.trim(), topics: topicsOf(form), deadline_ms: Number(form.deadline), ...(name && { name }) };
}

/** The body of a PATCH: what differs from the camera as it is. */
export function patchOf(form: CameraForm, before: CameraForm): CameraPatch {
  const name = form.name.trim();
  return {
    ...(name !== before.name && { name: name || null }),
    ...(form.url.trim() !== before.url && { url: form.url.trim() }),
    ...(JSON.stringify(form.topics) !== JSON.stringify(before.topics) && { topics: topicsOf(form) }),
    ...(form.deadline !== before.deadline && { deadline_ms: Number(form.deadline) }),
  };
}

const topicsOf = ({ topics }: CameraForm) =>
  Object.fromEntries(topics.map(({ topic, fps }) => [topic.trim(), { fps: Number(fps) }]));
