import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatNamedCameras } from '@framewire/contract';
import type { Options } from './options.ts';

/** Where the camera connector keeps its list. */
export const cameraFolder = (data: string) => join(data, 'camera');

/** Folders with files that cameras may play: those that the setting names, or one of our own, which is made. */
export function mediaFolders(data: string, setting: string | undefined): string {
  if (setting) return setting;
  const folder = join(data, 'media');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The cameras that a start asks for, as the camera connector reads them; where none is asked for and none remembered, one that draws a scene. */
export function cameraList({ cameras, demo, data }: Options): string {
  const remembered = existsSync(join(cameraFolder(data), 'cameras.json'));
  return formatNamedCameras(
    demo && !remembered && cameras.size === 0 ? new Map([['demo', { address: 'demo:' }]]) : cameras,
  );
}
