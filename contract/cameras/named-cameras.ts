import { cameraId } from './camera-id.ts';

/**
 * Parses the cameras that a person or `npm start` passes to the camera connector: `name=address`, one per line, or on one line separated
 * by `;` or `,`. An address that contains `,name=` or `;name=` needs the form with one per line.
 * @throws Error without any address, because an address may contain a password.
 */
export function parseNamedCameras(text: string): Map<string, string> {
  const entries = text.includes('\n') ? text.split('\n') : text.split(/[;,](?=\s*[A-Za-z0-9_-]{1,64}=)/);
  const found = new Map<string, string>();
  for (const entry of entries.map((line) => line.trim()).filter(Boolean)) {
    const [, name, address] = /^([^=]*)=(.*)$/.exec(entry) ?? [];
    if (name === undefined) throw new Error('an entry without "=": a camera is name=address');
    const id = cameraId.safeParse(name.trim());
    if (!id.success) throw new Error(`an entry whose name is none: ${id.error.issues[0]?.message}`);
    if (found.has(id.data)) throw new Error(`${id.data} is named twice`);
    if (!address?.trim()) throw new Error(`${id.data} has no address`);
    found.set(id.data, address.trim());
  }
  return found;
}

/** One per line: the form in which an address may contain any character. */
export const formatNamedCameras = (cameras: ReadonlyMap<string, string>): string =>
  [...cameras].map(([name, address]) => `${name}=${address}\n`).join('');
