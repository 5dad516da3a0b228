/** What an answer is, by its type and how it begins. Cameras lie about the type more often than about the beginning. */
export type Content =
  | { kind: 'jpegs' }
  /** Of a video that ffmpeg is to read. */
  | { kind: 'hls' | 'video' }
  | { kind: 'page'; message?: undefined }
  | { kind: 'other'; message: string };

/** How many bytes are inspected at most: the peer chooses what they hold. */
export const SNIFFED = 512;

export function sniff(type: string, start: Buffer): Content {
  const text = start.toString('latin1', 0, SNIFFED).trimStart();
  if (/^multipart\//i.test(type)) return { kind: 'jpegs' };
  if (start[0] === 0xff && start[1] === 0xd8) return { kind: 'jpegs' };
  // a colon ends a name, so that there is one way to read a line: two would be a million for twenty lines
  if (/^\S+\r?\n([^\s:]+:.*\r?\n)*content-(type|length):/i.test(text)) return { kind: 'jpegs' };
  if (text.startsWith('#EXTM3U')) return { kind: 'hls' };
  if (/^text\/html\b/i.test(type) || /^<(!doctype html|html)\b/i.test(text)) return { kind: 'page' };
  if (start.length === 0) return { kind: 'other', message: 'an empty answer instead of a video' };
  if (/^(text\/|application\/(json|xml))/i.test(type) && !/[^\t\n\r -~\x80-\xff]/.test(text)) {
    return { kind: 'other', message: `text (${shown(type)}) instead of a video` };
  }
  if (/^image\/(png|gif|webp|bmp|svg|avif|heic)/i.test(type)) {
    return { kind: 'other', message: `a picture of another kind (${shown(type)}) instead of a JPEG` };
  }
  return { kind: 'video' };
}

const shown = (type: string) => /^[\w.+/-]*/.exec(type)![0].slice(0, 40);
