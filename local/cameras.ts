import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNamedCameras } from '@framewire/contract';
import type { Env } from '@framewire/runtime/process';
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

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The setting that names the file of cameras, and the variables that it refers to: the camera connector gets no others. */
export function camerasFile({ camerasFile }: Options, env: Env): Record<string, string> {
  if (camerasFile === undefined) return {};
  const names = [...readFileSync(camerasFile, 'utf8').matchAll(VARIABLE)].map(([, name]) => name!);
  const known = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { ...Object.fromEntries(known), CAMERAS_YAML: camerasFile };
}
