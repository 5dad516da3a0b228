import { describe, expect, it } from 'vitest';
import { jpeg, MAX_BYTES } from '../testing/ingest.ts';
import { AUTHORIZED, itRefuses, useIngest } from '../testing/refusals.ts';

const { post, url } = useIngest();

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
const big = () => jpeg('big', MAX_BYTES);
const as = (type: string, body: BodyInit) => post(body, '', { 'content-type': type });
const chunked = (bytes: Uint8Array) => {
  const body = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  return fetch(url(), { method: 'POST', headers: AUTHORIZED, body, duplex: 'half' } as RequestInit);
};
const form = (name: string, value: Blob | string) => {
  const data = new FormData();
  if (typeof value === 'string') data.set(name, value);
  else data.set(name, value, 'photo.jpg');
  return data;
};
const twoFiles = () => {
  const data = form('a', new Blob([jpeg()]));
  data.set('b', new Blob([jpeg()]), 'b.jpg');
  return data;
};

describe('a body that is refused', () => {
  itRefuses([
    ['an empty body', () => post(new Uint8Array()), 400, 'empty', /empty/],
    ['text', () => post(new TextEncoder().encode('hello')), 400, 'bad_jpeg', /not a JPEG/],
    ['a PNG called image/jpeg', () => as('image/jpeg', PNG), 400, 'bad_jpeg', /it is a PNG/],
    ['a JPEG cut off in its data', () => post(jpeg('cut', 9_000).slice(0, -500)), 400, 'bad_jpeg', /truncated/],
    ['a JPEG cut off in its header', () => post(jpeg().slice(0, 12)), 400, 'bad_jpeg', /truncated/],
    [
      'a data URL',
      () => as('image/jpeg', 'data:image/jpeg;base64,/9j/4AAQ'),
      400,
      'bad_jpeg',
      /it is a data URL: send the bytes/,
    ],
    ['base64', () => as('image/jpeg', '/9j/4AAQSkZJRgABAQ'), 400, 'bad_jpeg', /it is base64 of a JPEG: send its bytes/],
    [
      'a path instead of a file',
      () => as('image/jpeg', '/tmp/photo.jpg'),
      400,
      'bad_jpeg',
      /starts with 2f 74 6d 70 \("\/tmp\/photo.jpg"\)/,
    ],
    ['a declared PNG', () => as('image/png', PNG), 415, 'media_type', /image\/png is not accepted: send a JPEG/],
    [
      'what curl calls a form by default',
      () => as('application/x-www-form-urlencoded', jpeg()),
      415,
      'media_type',
      /image\/jpeg/,
    ],
    [
      'a compressed body',
      () => post(jpeg(), '', { 'content-encoding': 'gzip' }),
      415,
      'content_encoding',
      /content-encoding "gzip" is not accepted/,
    ],
    ['too many bytes', () => post(big()), 413, 'too_large', /larger than 200000 bytes/],
    ['too many bytes without a length', () => chunked(big()), 413, 'too_large', /larger than 200000 bytes/],
    [
      'a form with too large a file',
      () => post(form('picture', new Blob([big()]))),
      413,
      'too_large',
      /larger than 200000 bytes/,
    ],
    ['a form without a file', () => post(new FormData()), 400, 'no_file', /no file/],
    ['a form with a PNG', () => post(form('picture', new Blob([PNG]))), 400, 'bad_jpeg', /it is a PNG/],
    ['a JPEG called a form', () => as('multipart/form-data; boundary=x', jpeg()), 400, 'bad_form', /no multipart/],
    [
      'a form with a parameter in it',
      () => post(form('camera', 'hall')),
      400,
      'unknown_field',
      /form field "camera": .*put it into the address: \?camera=/,
    ],
    [
      'a form with an unknown field',
      () => post(form('note', 'hello')),
      400,
      'unknown_field',
      /form field "note": a form holds the picture alone/,
    ],
    ['a form with two files', () => post(twoFiles()), 400, 'several_files', /2 files/],
  ]);

  it('is counted by its code', async () => {
    const text = await (await fetch(`${url()}metrics`)).text();
    expect(text).toMatch(/ingest_frames_total\{outcome="too_large"\} 3/);
  });
});
