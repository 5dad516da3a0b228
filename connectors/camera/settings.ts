import { cameraId } from '@framewire/contract';
import { httpSettings, optional, type Setting, text, url } from '@framewire/runtime';
import { ADDRESSES, parseAddress } from './address.ts';

/** Cameras by id, each with its address. */
export type NamedAddresses = Map<string, string>;

const cameras: Setting<NamedAddresses> = {
  parse: parseCameras,
  allowed: `name=address, one a line or separated by ";" or ","; address: ${ADDRESSES}`,
  fallback: new Map(),
  secret: true, // an address may hold a password
};

export const settings = {
  ...httpSettings(8092),
  AMQP_URL: url(['amqp', 'amqps'], { secret: true }),
  CAMERAS: cameras,
  DATA: text({ fallback: 'data/camera', allowed: 'a folder that can be written to' }),
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
    parseAddress(address!.trim());
    found.set(id, address!.trim());
  }
  return found;
}
