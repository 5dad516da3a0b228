import type { CameraSpec } from '@framewire/contract';
import { parseAddress } from '../address.ts';
import { openDemo } from '../demo/loop.ts';
import { invocations } from './arguments.ts';
import { openFfmpeg } from './ffmpeg.ts';
import type { OpenSourceFn } from './source.ts';

/** How a camera's source is opened. @throws Error in words when its url is none. */
export const createOpener =
  (ffmpeg: string) =>
  (id: string, spec: CameraSpec): OpenSourceFn => {
    const address = parseAddress(spec.url);
    const { fps, loop } = spec;
    if (address.kind === 'demo') return openDemo({ seed: address.seed || id, fps });
    const ends = address.kind === 'file' && !loop;
    return openFfmpeg({ ffmpeg, invocations: invocations(address, spec), fps, ends });
  };
