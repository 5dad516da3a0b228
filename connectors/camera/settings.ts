import { delimiter, resolve } from 'node:path';
import { cameraId } from '@framewire/contract';
import { httpSettings, optional, type Setting, text, url } from '@framewire/runtime';
import { ADDRESSES, parseAddress, spelling } from './address.ts';

/** Cameras by id, each with its address. */
export type NamedAddresses = Map<string, string>;

const cameras: Setting<NamedAddresses> = {
  parse: parseCameras,
  allowed: `name=address, one a line or separated by ";" or ","; address: ${ADDRESSES}`,
  fallback: new Map(),
  secret: true, // an address may hold a password
};

const folders: Setting<string[]> = {
  parse: (text) =>
    text
      .split(delimiter)
      .filter(Boolean)
      .map((folder) => resolve(folder)),
  allowed: `folders with files that cameras may play, separated by "${delimiter}"`,
  fallback: [resolve('data/media')],
};

export const settings = {
  ...httpSettings(8092),
  AMQP_URL: url(['amqp', 'amqps'], { secret: true }),
  CAMERAS: cameras,
  DATA: text({ fallback: 'data/camera', allowed: 'a folder that can be written to' }),
  MEDIA_FOLDERS: folders,
  FFMPEG: text({ fallback: 'ffmpeg', allowed: 'the name or path of the ffmpeg program' }),
  CAMERA_KEY: optional(text({ secret: true })),
};

/**
 * `door=rtsp://10.0.0.4/live;yard=demo:`. An address that itself holds `,name=` or `;name=` needs the form with one a line.
 * @throws Error when a name, an address or the form is wrong.
 */
export function parseCameras(text: string): NamedAddresses {
  const entries = text.includes('\n') ? text.split('\n') : text.split(/[;,](?=\s*[A-Za-z0-9_-]{1,64}=)/);
  const found: NamedAddresses = new Map();
  for (const entry of entries.map((line) => line.trim()).filter(Boolean)) {
    const [, name, address] = /^([^=]*)=(.+)$/.exec(entry) ?? [];
    const id = cameraId.parse(name?.trim());
    if (found.has(id)) throw new Error(`${id} is named twice`);
    found.set(id, spelling(parseAddress(address!)));
  }
  return found;
}
