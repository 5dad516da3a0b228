import { AwsClient } from 'aws4fetch';
import type { PictureStore } from './picture-store.ts';

/** As long as one request may take, milliseconds, and how often it is tried again where the store is busy. */
const TIMEOUT_MS = 15_000;
const RETRIES = 3;

export interface S3Options {
  /** The bucket, `https://s3.example.org/bucket`, or a folder in it. */
  url: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** An S3-compatible store. A picture is there once its PUT was answered, and not before. */
export function createS3Store({ url, region, ...keys }: S3Options): PictureStore {
  const client = new AwsClient({ ...keys, region, service: 's3', retries: RETRIES });
  const base = url.replace(/\/+$/, '');
  const [, bucket = '', ...prefix] = new URL(base).pathname.split('/');
  const below = prefix.length > 0 ? `${prefix.join('/')}/` : '';

  async function ask(method: string, address: string, body?: Uint8Array): Promise<Response> {
    const answer = await client.fetch(address, {
      method,
      ...(body && { body: body as Uint8Array<ArrayBuffer>, headers: { 'content-type': 'image/jpeg' } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok || answer.status === 404) return answer;
    const text = await answer.text();
    throw new Error(`the picture store answers ${method} with ${answer.status} ${codeIn(text) ?? ''}`.trim());
  }

  return {
    isShared: true,
    async put(key, jpeg) {
      const { status } = await ask('PUT', `${base}/${key}`, jpeg);
      if (status === 404) throw new Error(`the picture store has no bucket ${bucket}`);
    },
    async get(key) {
      const answer = await ask('GET', `${base}/${key}`);
      if (answer.status !== 404) return new Uint8Array(await answer.arrayBuffer());
      await answer.body?.cancel();
      return undefined;
    },
    async delete(keys) {
      for (const key of keys) await (await ask('DELETE', `${base}/${key}`)).body?.cancel();
    },
    async *list() {
      let token: string | undefined;
      do {
        const address = new URL(`/${bucket}`, base);
        address.searchParams.set('list-type', '2');
        if (below) address.searchParams.set('prefix', below);
        if (token) address.searchParams.set('continuation-token', token);
        const xml = await (await ask('GET', address.href)).text();
        yield [...xml.matchAll(/<Contents>.*?<\/Contents>/gs)].map(([one]) => ({
          key: (tagIn(one, 'Key') ?? '').slice(below.length),
          at: Date.parse(tagIn(one, 'LastModified') ?? ''),
        }));
        token = tagIn(xml, 'NextContinuationToken');
      } while (token);
    },
  };
}

const codeIn = (xml: string) => tagIn(xml, 'Code');
/** The text of the first such element. Keys and tokens of ours need no unescaping but for `&`. */
const tagIn = (xml: string, tag: string): string | undefined =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]?.replaceAll('&amp;', '&');
