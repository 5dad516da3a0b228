import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { OpenSource, OpenSourceFn } from './source.ts';

export interface FileOptions {
  path: string;
  /** Opens it as a film, or as one picture. */
  openAs(playing: 'film' | 'still'): OpenSourceFn;
}

/** A file as a source: a film is played, and a picture stands still. */
export function openFile({ path, openAs }: FileOptions): OpenSourceFn {
  return (events) => {
    let closed = false;
    let source: OpenSource | undefined;

    async function start(): Promise<void> {
      const playing = await look(path);
      if (!closed) source = openAs(playing)(events);
    }
    const starting = start().catch((error: NodeJS.ErrnoException) => {
      if (!closed) events.onEnd(CODES[error.code ?? ''] ?? error.message);
    });
    return {
      async close() {
        closed = true;
        await starting;
        await source?.close();
      },
    };
  };
}

const CODES: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
};

/** What the file is, by how it begins. @throws Error with a message for a person, or with a code. */
async function look(path: string): Promise<'film' | 'still'> {
  const found = await stat(path); // first: to open a pipe would wait for whoever writes into it
  if (found.isDirectory()) throw new Error('that is a folder');
  if (!found.isFile()) throw new Error('that is no file');
  if (found.size === 0) throw new Error('the file is empty');
  const file = await open(path);
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(12), length: 12, position: 0 });
    return isPicture(buffer, extname(path).toLowerCase()) ? 'still' : 'film';
  } finally {
    await file.close();
  }
}

function isPicture(start: Buffer, extension: string): boolean {
  const text = start.toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return !['.mjpeg', '.mjpg'].includes(extension); // those are many, one behind the other
  return /^(\x89PNG|BM|II\*\0|MM\0\*|RIFF....WEBP)/s.test(text);
}
