import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { getMimeType } from 'hono/utils/mime';

/** A file of the built dashboard. */
export interface StaticFile {
  body: Uint8Array<ArrayBuffer>;
  type: string;
  /** Its name changes with its content. */
  immutable: boolean;
  /** Hashes of the inline scripts of an HTML file, as a content security policy names them. */
  scripts?: string[];
}

/** All files of a folder by their path in it, `/index.html`; empty where there is no such folder. They are few and small. */
export function readFolder(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const path of list(folder)) {
    const body = new Uint8Array(readFileSync(path));
    files.set(`/${relative(folder, path)}`, {
      body,
      type: getMimeType(path) ?? 'application/octet-stream',
      immutable: /-[\w-]{8,}\.\w+$/.test(path),
      ...(path.endsWith('.html') && { scripts: inlineScripts(new TextDecoder().decode(body)) }),
    });
  }
  return files;
}

const inlineScripts = (html: string): string[] =>
  [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script]) => `sha256-${createHash('sha256').update(script!).digest('base64')}`,
  );

function list(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
