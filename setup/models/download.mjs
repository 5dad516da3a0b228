/** Fetches one small file whose content is known beforehand. Needs nothing but Node. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a download is given up. */
const TIMEOUT = 60_000;

/** What no further attempt mends. */
export class Refused extends Error {}

export const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** Until it is whole the file is called `<file>.part`. @throws Refused that names both hashes */
export function save(content, file, wanted, where) {
  const found = sha256(content);
  if (found !== wanted) throw new Refused(`${where} is not what was pinned: its sha256 is ${found}, not ${wanted}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, content);
  renameSync(`${file}.part`, file);
}

/** https; http from this machine alone, where nobody is in between. @throws Refused */
function checkAddress(address) {
  const { protocol, hostname } = URL.canParse(address) ? new URL(address) : {};
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && local)) return;
  throw new Refused(`${address}: allowed: https://..., or http:// on this machine`);
}

/**
 * Tries once more where it fails, unless `attempts` is 1.
 * @param options `bytes` and `sha256` of the content; `progress` gets the bytes that are there, `retry` what failed; `signal` ends it
 * @throws Refused with the reason; Error when the last attempt failed
 */
export async function download(
  url,
  file,
  { bytes, sha256: wanted, progress = () => {}, retry = () => {}, pause = 1000, attempts = 2, signal },
) {
  checkAddress(url);
  const once = () => read(url, bytes, progress, signal);
  const content = await once().catch(async (error) => {
    if (error instanceof Refused || attempts === 1) throw error;
    retry(error);
    await sleep(pause);
    return once();
  });
  save(content, file, wanted, url);
}

async function read(url, bytes, progress, signal) {
  try {
    const response = await fetch(url, { signal: signal ?? AbortSignal.timeout(TIMEOUT) });
    checkAddress(response.url); // where it was sent on to
    if (response.status >= 500 || response.status === 429) throw new Error(`${url} answers ${response.status}`);
    if (!response.ok) throw new Refused(`${url} answers ${response.status}`);
    const chunks = [];
    let have = 0;
    for await (const chunk of response.body) {
      have += chunk.length;
      if (have > bytes) throw new Refused(`${url} sends more than the ${bytes} bytes that were pinned`);
      chunks.push(chunk);
      progress(have);
    }
    if (have < bytes) throw new Error(`${url} ended after ${have} of ${bytes} bytes`);
    return Buffer.concat(chunks);
  } catch (error) {
    throw error.cause ? new Error(`${url}: ${error.cause.message || error.cause.code}`) : error;
  }
}
