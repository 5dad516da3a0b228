import type { CameraSpec } from '@framewire/contract';
import { parseAddress } from '../address.ts';
import { openDemo } from '../demo/loop.ts';
import type { OpenSourceFn } from './source.ts';

/** How each kind of source is opened. @throws Error in words when the address is none. */
export const createOpener =
  (ffmpeg: string) =>
  (id: string, spec: CameraSpec): OpenSourceFn => {
    const address = parseAddress(spec.url);
    if (address.kind === 'demo') return openDemo({ seed: address.seed || id, fps: spec.fps });
    throw new Error(`${ffmpeg} is not used yet`);
  };
