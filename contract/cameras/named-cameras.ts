import { z } from 'zod';
import { cameraId } from './camera-id.ts';
import { type TopicsSpec, topicsSpec } from './camera-topics.ts';

/** A camera as a command line names it. */
export interface NamedCamera {
  address: string;
  /** Undefined where it names none. */
  topics?: TopicsSpec;
}

/** `door` or `door:faces@10+objects@2`, an equals sign, and the address. */
const HEAD = '[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_@.+-]*)?';
const SEPARATOR = new RegExp(`[;,](?=\\s*${HEAD}=)`);

/**
 * Parses the cameras that a person or `npm start` passes to the camera connector: `name=address`, one per line, or on one line separated
 * by `;` or `,`. An address that contains `,name=` or `;name=` needs the form with one per line. Topics stand behind the name, each with
 * its frame rate if it is not 10: `name:faces@10+objects@2=address`.
 * @throws Error without any address, because an address may contain a password.
 */
export function parseNamedCameras(text: string): Map<string, NamedCamera> {
  const entries = text.includes('\n') ? text.split('\n') : text.split(SEPARATOR);
  const found = new Map<string, NamedCamera>();
  for (const entry of entries.map((line) => line.trim()).filter(Boolean)) {
    const [, head, address] = /^([^=]*)=(.*)$/.exec(entry) ?? [];
    if (head === undefined) throw new Error('an entry without "=": a camera is name=address');
    const [, name = '', list] = /^([^:]*)(?::(.*))?$/.exec(head) ?? [];
    const id = cameraId.safeParse(name.trim());
    if (!id.success) throw new Error(`an entry whose name is none: ${id.error.issues[0]?.message}`);
    if (found.has(id.data)) throw new Error(`${id.data} is named twice`);
    if (!address?.trim()) throw new Error(`${id.data} has no address`);
    const topics = list === undefined ? {} : { topics: parseTopics(id.data, list) };
    found.set(id.data, { address: address.trim(), ...topics });
  }
  return found;
}

/** `faces@10+objects@2` */
function parseTopics(camera: string, list: string): TopicsSpec {
  const topics: Record<string, { fps?: number }> = {};
  for (const one of list.split('+')) {
    const [, topic = '', fps] = /^([^@]*)(?:@(.*))?$/.exec(one.trim()) ?? [];
    if (Object.hasOwn(topics, topic)) throw new Error(`${camera} names the topic ${topic} twice`);
    topics[topic] = fps === undefined ? {} : { fps: fps.trim() === '' ? Number.NaN : Number(fps) };
  }
  const checked = z.object({ topics: topicsSpec }).safeParse({ topics }); // so that a message names the whole field
  if (checked.success) return checked.data.topics;
  throw new Error(
    `${camera}: ${checked.error.issues[0]?.message}; topics are written as in ${camera}:faces@10+objects@2=address`,
  );
}

/** One per line: the form in which an address may contain any character. */
export const formatNamedCameras = (cameras: ReadonlyMap<string, NamedCamera>): string =>
  [...cameras].map(([name, { address, topics }]) => `${name}${formatTopics(topics)}=${address}\n`).join('');

const formatTopics = (topics: TopicsSpec | undefined): string =>
  topics
    ? `:${Object.entries(topics)
        .map(([topic, { fps }]) => `${topic}@${fps}`)
        .join('+')}`
    : '';
