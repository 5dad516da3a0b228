import type { IncomingMessage } from 'node:http';
import { sleep } from '@framewire/runtime/process';
import { createJpegSplitter, TOO_LARGE } from '../jpeg-splitter.ts';
import { createRateCap } from '../rate-cap.ts';
import type { OpenSource, OpenSourceFn, SourceEvents } from '../source.ts';
import { describeError, describePage } from './reason.ts';
import { createHttpClient, NotHttpError } from './request.ts';
import { type Content, SNIFFED, sniff } from './sniff.ts';

/** An answer without a JPEG in so many bytes is given up. */
const MAX_WITHOUT_FRAME = 32 * 1024 * 1024;
const MAX_PAGE = 16 * 1024;
/** Bytes to read before it is decided what the answer is. An HLS playlist says at its end that it is a recording. */
const MIN_BYTES: Partial<Record<Content['kind'], number>> = { jpegs: 0, page: MAX_PAGE, hls: 256 * 1024 };

/** What ffmpeg is to read: a recording, a live HLS, or anything else that is filmed now. */
export type VideoKind = 'film' | 'hls' | 'live';

export interface HttpOptions {
  url: string;
  fps: number;
  /** A recording is played again at its end. */
  loop: boolean;
  /** Opens any video that is not a stream of JPEGs. */
  openVideo(kind: VideoKind): OpenSourceFn;
}

/**
 * A camera over HTTP. JPEGs are read here, by their markers alone: cameras write the boundaries, types and lengths of parts in too many
 * ways, and browsers ignore them too. An answer that ends after its JPEGs is requested again at the camera's rate: a snapshot address
 * answers with a single one. Any other video is left to ffmpeg. Whatever is no video ends the source with a reason that names it.
 */
export function openHttp({ url, fps, loop, openVideo }: HttpOptions): OpenSourceFn {
  return ({ onFrame, onRestart, onEnd }) => {
    const closing = new AbortController();
    const { signal } = closing;
    const client = createHttpClient(url);
    const mayPass = createRateCap(fps);
    let video: OpenSource | undefined;

    async function play(): Promise<void> {
      for (;;) {
        const began = performance.now();
        const kind = await ask();
        if (signal.aborted) return;
        if (kind !== 'jpegs') {
          client.close(); // first: there are cameras that serve one connection
          const { reason, frames } = await watch(kind);
          if (reason !== undefined || !loop) return end(reason);
          if (frames === 0) return end(NO_FRAME);
          onRestart();
        }
        await sleep(began + 1000 / fps - performance.now(), signal);
        if (signal.aborted) return;
      }
    }

    /** Lets ffmpeg play it, until ffmpeg ends. */
    async function watch(kind: VideoKind): Promise<{ reason: string | undefined; frames: number }> {
      let frames = 0;
      const over = new AbortController();
      const reason = await new Promise<string | undefined>((resolve) => {
        signal.addEventListener('abort', () => resolve(undefined), { signal: over.signal });
        video = openVideo(kind)({
          onFrame(jpeg) {
            frames++;
            onFrame(jpeg);
          },
          onRestart,
          onEnd: resolve,
        });
      });
      over.abort();
      if (!signal.aborted) await video?.close();
      return { reason, frames };
    }

    /** One answer, to its end where it holds pictures. */
    async function ask(): Promise<VideoKind | 'jpegs'> {
      let answer: IncomingMessage;
      try {
        answer = await client.get(signal);
      } catch (error) {
        if (error instanceof NotHttpError) return 'live'; // ffmpeg puts up with more
        throw error;
      }
      try {
        return await read(answer, { onFrame: (jpeg) => !signal.aborted && mayPass() && onFrame(jpeg) });
      } catch (error) {
        throw new Error(describeError(error as Error));
      } finally {
        answer.destroy();
      }
    }

    function end(reason: string | undefined): void {
      if (signal.aborted) return;
      closing.abort();
      client.close();
      onEnd(reason);
    }

    const playing = play().catch((error: Error) => end(error.message));
    return {
      async close() {
        closing.abort();
        client.close();
        await playing;
        await video?.close();
      },
    };
  };
}

/** Hands on the pictures of an answer until it ends. Returns at once where it is no stream of JPEGs. */
async function read(answer: IncomingMessage, { onFrame }: Pick<SourceEvents, 'onFrame'>): Promise<VideoKind | 'jpegs'> {
  const { 'content-type': type = '', 'content-length': size } = answer.headers;
  let pictures = 0;
  let problem: string | undefined;
  let unseen = 0; // bytes since the last picture
  const splitter = createJpegSplitter({
    onJpeg(jpeg) {
      pictures++;
      unseen = 0;
      onFrame(jpeg);
    },
    onTooLarge() {
      problem = TOO_LARGE;
    },
  });
  let content: Content | undefined;
  const held: Buffer[] = []; // until it is known what it is
  let length = 0;
  let isJpegs = false;

  function begin(chunk: Buffer, isAll: boolean): VideoKind | undefined {
    held.push(chunk);
    const isNew = length < SNIFFED;
    length += chunk.length;
    if (isNew) content = sniff(type, Buffer.concat(held));
    if (!content || (!isAll && length < (MIN_BYTES[content.kind] ?? SNIFFED))) return undefined;
    const start = Buffer.concat(held.splice(0));
    if (content.kind === 'page') throw new Error(describePage(start.toString('utf8', 0, MAX_PAGE)));
    if (content.kind === 'other') throw new Error(content.message);
    if (content.kind === 'hls') return start.includes('#EXT-X-ENDLIST') ? 'film' : 'hls';
    if (content.kind === 'video') return size === undefined ? 'live' : 'film';
    isJpegs = true;
    splitter.push(start);
    return undefined;
  }

  for await (const chunk of answer as AsyncIterable<Buffer>) {
    unseen += chunk.length;
    if (isJpegs) splitter.push(chunk);
    else {
      const kind = begin(chunk, false);
      if (kind) return kind;
    }
    if (problem) throw new Error(problem);
    if (unseen > MAX_WITHOUT_FRAME) throw new Error(NO_FRAME);
  }
  const kind = isJpegs ? undefined : begin(Buffer.alloc(0), true);
  if (kind) return kind;
  if (pictures === 0) throw new Error(NO_FRAME);
  return 'jpegs';
}

const NO_FRAME = 'there is no whole JPEG in what the camera sends';
