/** Fetches one file whose content is known beforehand; goes on where an earlier attempt ended. Needs nothing but Node. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 5;
/** Milliseconds without a byte after which a server is taken for dead. */
const SILENCE = 30_000;

/** What no further attempt mends. */
export class Refused extends Error {}

export async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** @throws Refused that names both hashes */
export async function verify(file, wanted, where) {
  const found = await sha256(file);
  if (found !== wanted) throw new Refused(`${where} is not what was pinned: its sha256 is ${found}, not ${wanted}`);
}

/** https; http from this machine alone, where nobody is in between. @throws Refused */
export function checkAddress(address) {
  const { protocol, hostname } = URL.canParse(address) ? new URL(address) : {};
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && local)) return;
  throw new Refused(`${address}: allowed: https://..., or http:// on this machine`);
}

/**
 * Until it is whole the file is called `<file>.part`, and stays where an attempt fails.
 * @param options `bytes` and `sha256` of the content; `progress` gets the bytes that are there, `retry` what failed
 * @throws Refused with the reason; Error when the last attempt failed
 */
export async function download(
  url,
  file,
  { bytes, sha256: wanted, progress = () => {}, retry = () => {}, pause = 1000 },
) {
  checkAddress(url);
  const part = `${file}.part`;
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(url, part, bytes, progress);
      break;
    } catch (error) {
      if (error instanceof Refused || attempt === ATTEMPTS) throw error;
      retry(error);
      await sleep(pause * attempt);
    }
  }
  try {
    await verify(part, wanted, url);
  } catch (error) {
    rmSync(part); // the next attempt must not continue from it
    throw error;
  }
  renameSync(part, file);
}

async function fetchRest(url, part, bytes, progress) {
  let have = existsSync(part) ? statSync(part).size : 0;
  if (have > bytes) have = 0;
  if (have === bytes) return;
  const silence = new AbortController();
  const alarm = setTimeout(() => silence.abort(new Error(`${url} sent nothing for ${SILENCE / 1000} s`)), SILENCE);
  try {
    const headers = have ? { range: `bytes=${have}-` } : {};
    const response = await fetch(url, { headers, signal: silence.signal });
    checkAddress(response.url); // where it was sent on to
    if (response.status >= 500 || response.status === 429) throw new Error(`${url} answers ${response.status}`);
    if (!response.ok && response.status !== 416) throw new Refused(`${url} answers ${response.status}`);
    // a server that knows no ranges, or has another file by now, starts from the beginning
    if (!response.headers.get('content-range')?.startsWith(`bytes ${have}-`)) have = 0;
    if (response.status === 416) {
      rmSync(part);
      throw new Error(`${url} has no byte ${have} of it`);
    }
    const count = async function* (chunks) {
      for await (const chunk of chunks) {
        alarm.refresh();
        have += chunk.length;
        if (have > bytes) throw new Refused(`${url} sends more than the ${bytes} bytes that were pinned`);
        yield chunk;
        progress(have);
      }
    };
    await pipeline(response.body, count, createWriteStream(part, { flags: have ? 'a' : 'w' }));
    if (have < bytes) throw new Error(`${url} ended after ${have} of ${bytes} bytes`);
  } catch (error) {
    if (error instanceof Refused && existsSync(part)) rmSync(part);
    throw error.cause ? new Error(`${url}: ${error.cause.message || error.cause.code}`) : error;
  } finally {
    clearTimeout(alarm);
  }
}
