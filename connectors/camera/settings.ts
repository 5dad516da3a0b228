import { delimiter, resolve } from 'node:path';
import { type NamedCamera, parseNamedCameras } from '@framewire/contract';
import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings } from '@framewire/runtime/http';
import { about, optional, SafeError, type Setting, text } from '@framewire/runtime/process';
import { ADDRESSES, parseAddress, spelling } from './address/address.ts';

/** By id, each with its address in its one spelling. */
export type NamedCameras = Map<string, NamedCamera>;

const cameras: Setting<NamedCameras> = {
  parse: parseCameras,
  allowed: `name=address or name:topic@fps+topic@fps=address, one a line or separated by ";" or ","; address: ${ADDRESSES}`,
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
  ...brokerSettings(),
  CAMERAS: about('Cameras to start with.', cameras),
  CAMERAS_YAML: about(
    'A file that defines cameras. It is read again when it changes, and only it changes them.',
    optional(text({ allowed: 'the path of a file such as cameras.yaml' })),
  ),
  DATA: about(
    'The folder for the list of cameras.',
    text({ fallback: 'data/camera', allowed: 'a folder that can be written to' }),
  ),
  MEDIA_FOLDERS: about('Folders with files that cameras may play.', folders),
  FFMPEG: about(
    'The ffmpeg program, version 5.1 or later.',
    text({ fallback: 'ffmpeg', allowed: 'the name or path of the ffmpeg program' }),
  ),
  CAMERA_KEY: about(
    'The key that callers must send. Required where HOST is not loopback.',
    optional(text({ secret: true })),
  ),
};

/** @throws SafeError when a name, an address or the form is wrong. */
export function parseCameras(text: string): NamedCameras {
  const found: NamedCameras = new Map();
  try {
    for (const [id, camera] of parseNamedCameras(text))
      found.set(id, { ...camera, address: spellingOf(id, camera.address) });
  } catch (error) {
    throw new SafeError((error as Error).message);
  }
  return found;
}

function spellingOf(id: string, address: string): string {
  try {
    return spelling(parseAddress(address));
  } catch (error) {
    throw new Error(`the address of ${id}: ${(error as Error).message}`);
  }
}
