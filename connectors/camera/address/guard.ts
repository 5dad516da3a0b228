import { realpath, stat } from 'node:fs/promises';
import type { CaptureSpec, OpenSourceFn } from '../video/source.ts';
import { parseAddress } from './address.ts';
import type { Media } from './media.ts';
import { redact } from './secrets.ts';

type Opener = (id: string, spec: CaptureSpec) => OpenSourceFn;

/**
 * Lets a source open only files that it may, and devices that are cameras, by their real paths, and takes what is secret out of
 * whatever it says. Looked at each time that it is opened: links and files change.
 */
export function createGuard(open: Opener, media: Media): Opener {
  return (id, spec) => {
    const address = parseAddress(spec.url);
    switch (address.kind) {
      case 'file':
        return openAt(() => media.find(address.path));
      case 'device':
        return openAt(() => findDevice(address.path));
      default:
        return withoutSecretReasons(open(id, spec), spec.url);
    }

    function openAt(find: () => Promise<string>): OpenSourceFn {
      let last: { path: string; open: OpenSourceFn } | undefined; // it knows what worked
      return openAfter(async () => {
        const path = await find();
        if (last?.path !== path) last = { path, open: open(id, { ...spec, url: path }) };
        return last.open;
      });
    }
  };
}

/** Opens a source once it is known which one. If that cannot be found out, the source ends with the reason. */
function openAfter(find: () => Promise<OpenSourceFn>): OpenSourceFn {
  return (events) => {
    let closed = false;
    const opened = find()
      .then((open) => (closed ? undefined : open(events)))
      .catch((error: Error) => {
        if (!closed) events.onEnd(error.message);
        return undefined;
      });
    return {
      async close() {
        closed = true;
        await (await opened)?.close();
      },
    };
  };
}

function withoutSecretReasons(open: OpenSourceFn, url: string): OpenSourceFn {
  return (events) => {
    try {
      return open({ ...events, onEnd: (reason) => events.onEnd(reason === undefined ? reason : redact(url, reason)) });
    } catch (error) {
      throw new Error(redact(url, (error as Error).message));
    }
  };
}

/** The device behind a link of /dev/v4l. */
async function findDevice(path: string): Promise<string> {
  const real = await realpath(path).catch(() => {
    throw new Error('no such device');
  });
  if (!/^\/dev\/video\d+$/.test(real) || !(await stat(real)).isCharacterDevice()) throw new Error('that is no camera');
  return real;
}
