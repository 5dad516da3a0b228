import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
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

/**
 * The cameras that a start asks for, as the camera connector reads them: one a line, the form in which an address may hold any
 * character. Where none is asked for and none remembered, one that draws a scene.
 */
export function cameraList({ cameras, demo, data }: Options): string {
  const remembered = existsSync(join(cameraFolder(data), 'cameras.json'));
  const all = demo && !remembered && Object.keys(cameras).length === 0 ? { demo: 'demo:' } : cameras;
  return Object.entries(all)
    .map(([name, url]) => `${name}=${url}\n`)
    .join('');
}
