import { parseAddress } from '../address/address.ts';
import { openDemo } from '../demo/loop.ts';
import { invocations, type Playing } from './ffmpeg/arguments.ts';
import { openFfmpeg } from './ffmpeg/open.ts';
import { openFile } from './file.ts';
import { openHttp } from './http/open.ts';
import type { CaptureSpec, OpenSourceFn } from './source.ts';

/** Opens a camera's source by its url. @throws Error when its url is none. */
export const createOpener =
  (ffmpeg: string) =>
  (id: string, spec: CaptureSpec): OpenSourceFn => {
    const address = parseAddress(spec.url);
    const { fps, loop } = spec;
    if (address.kind === 'demo') return openDemo({ seed: address.seed || id, fps });

    const opened = new Map<Playing, OpenSourceFn>(); // each knows from the last time what worked
    const open = (playing: Playing, ends: boolean) => {
      const live = playing === 'live' || playing === 'hls';
      const made =
        opened.get(playing) ??
        openFfmpeg({ ffmpeg, invocations: invocations(address, spec, playing), fps, ends, live });
      opened.set(playing, made);
      return made;
    };
    switch (address.kind) {
      case 'file':
        return openFile({ path: address.path, openAs: (playing) => open(playing, !loop) });
      case 'http':
        return openHttp({ url: address.url, fps, loop, openVideo: (playing) => open(playing, playing === 'film') });
      default:
        return open('live', false);
    }
  };
