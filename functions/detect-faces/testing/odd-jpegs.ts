/** JPEGs as cameras, phones and editors write them, and incomplete ones. */
import { spawnSync } from 'node:child_process';
import { deflateSync } from 'node:zlib';
import type { Failure } from '../jpeg/failure.ts';
import { changed, END, insertBefore, segment, without, withStartOfFrame } from './hostile.ts';
import { drawScene } from './scene.ts';

export interface OddJpeg {
  name: string;
  jpeg: Buffer;
  /** What it looks like to the last pixel, or why it is refused. */
  expected: { same: Buffer } | { failure: Failure; message: RegExp };
  /** libvips stops reading at the last pixel: what stands between it and the end only libjpeg-turbo sees. */
  beyondPixels?: boolean;
}

const START = Buffer.from([0xff, 0xd8]);
const STRAY = Buffer.from('12a93c77', 'hex');
const RST = /\xff[\xd0-\xd7]/;

/** By ffmpeg, whose slices end in restart markers. */
async function drawWithRestarts(pixelFormat: string, size: string): Promise<Buffer> {
  const { stdout, stderr } = spawnSync(
    'ffmpeg',
    `-v error -f image2pipe -i - -vf scale=${size} -pix_fmt ${pixelFormat} -slices 12 -q:v 3 -f image2pipe -c:v mjpeg -`.split(
      ' ',
    ),
    { input: await drawScene().png().toBuffer(), maxBuffer: 1e8 },
  );
  if (!RST.test(stdout.toString('latin1'))) throw new Error(`ffmpeg wrote no restarts: ${stderr}`);
  return stdout;
}

const behind = (jpeg: Buffer, ...parts: Buffer[]) => Buffer.concat([jpeg, ...parts]);
const beforeEnd = (jpeg: Buffer, ...parts: Buffer[]) => Buffer.concat([jpeg.subarray(0, -2), ...parts, END]);
const first = (jpeg: Buffer, ...parts: Buffer[]) => Buffer.concat([START, ...parts, jpeg.subarray(2)]);
const cut = (jpeg: Buffer, part: number) => Buffer.concat([jpeg.subarray(0, Math.floor(jpeg.length * part)), END]);

/** Bytes before each restart marker and before the end. */
function beforeRestarts(jpeg: Buffer, bytes: Buffer): Buffer {
  const data = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const text = jpeg.subarray(data).toString('latin1');
  const stray = text.replace(/\xff[\xd0-\xd7\xd9]/g, (marker) => `${bytes.toString('latin1')}${marker}`);
  return Buffer.concat([jpeg.subarray(0, data), Buffer.from(stray, 'latin1')]);
}

/** Without its third restart interval: what comes after it still counts as before. */
function withoutInterval(jpeg: Buffer): Buffer {
  const from = jpeg.indexOf(Buffer.from([0xff, 0xd1]));
  return Buffer.concat([jpeg.subarray(0, from), jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xd2])))]);
}

export async function drawOddJpegs(): Promise<OddJpeg[]> {
  const draw = (scale = 0.5) => drawScene({ scale });
  const plain = await draw().jpeg({ quality: 90, optimiseCoding: false }).toBuffer();
  const progressive = await draw().jpeg({ progressive: true }).toBuffer();
  const restarts = await drawWithRestarts('yuvj420p', '322:240');
  const bases: Record<string, Buffer> = {
    plain,
    restarts,
    '4:4:4': await draw().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
    '4:2:2, restarts': await drawWithRestarts('yuvj422p', '327:211'),
    '4:1:1, restarts': await drawWithRestarts('yuvj411p', '332:243'),
    '4:4:0, restarts': await drawWithRestarts('yuvj440p', '320:241'),
    grey: await draw().resize(317, 203).greyscale().jpeg().toBuffer(),
    CMYK: await draw().toColourspace('cmyk').jpeg().toBuffer(),
    'no Huffman tables': without(plain, 0xc4),
  };
  const same = (name: string, jpeg: Buffer, as: Buffer = plain): OddJpeg => ({ name, jpeg, expected: { same: as } });
  const bad = (name: string, jpeg: Buffer, failure: Failure, message: RegExp): OddJpeg => ({
    name,
    jpeg,
    expected: { failure, message },
  });
  const adobe = (transform: number) =>
    segment(0xee, Buffer.from([...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform]));
  const jfif = (version: number) =>
    segment(0xe0, Buffer.from([...Buffer.from('JFIF\0'), version, 1, 0, 0, 1, 0, 1, 0, 0]));
  const mpf = segment(0xe2, Buffer.from('MPF\0MM\0*\0\0\0\x08', 'latin1'));
  const icc = segment(
    0xe2,
    Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), deflateSync(Buffer.alloc(9_000))]),
  );
  const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42'), progressive, Buffer.alloc(60_000, 0x5a)]);

  return [
    ...Object.entries(bases).flatMap(([name, base]) => [
      same(`${name}: two bytes before its end`, beforeEnd(base, Buffer.alloc(2)), base),
      same(`${name}: stray bytes wherever a restart or the end follows`, beforeRestarts(base, STRAY), base),
    ]),
    same(
      'a scan of baseline that names other coefficients than all',
      changed(plain, 0xda, (scan) => scan.fill(0x11, 13, 14)),
    ),
    same(
      '600 zeros before a comment',
      insertBefore(plain, 0xdb, Buffer.concat([Buffer.alloc(600), segment(0xfe, Buffer.from('cam'))])),
    ),
    ...[0xdb, 0xc0, 0xc4, 0xda].map((marker) =>
      same(`stray bytes before ff ${marker.toString(16)}`, insertBefore(plain, marker, STRAY)),
    ),
    same('stuffed bytes before a marker', insertBefore(plain, 0xc4, Buffer.from('ff00ff00', 'hex'))),
    same(
      'fill bytes before markers',
      insertBefore(insertBefore(plain, 0xc4, Buffer.alloc(9, 0xff)), 0xdb, Buffer.alloc(1, 0xff)),
    ),
    same('fill bytes before its end', beforeEnd(plain, Buffer.alloc(5, 0xff))),
    same('60 zeros before its end', beforeEnd(plain, Buffer.alloc(60))),
    same('8,192 zeros behind it', behind(plain, Buffer.alloc(8_192))),
    same('a film behind it, as phones write it', behind(plain, film)),
    same('a second picture behind it (MPF)', behind(first(plain, mpf), progressive)),
    same('several ends', behind(plain, END, END)),
    same(
      'a thumbnail with an end of its own',
      first(plain, segment(0xe1, behind(Buffer.from('Exif\0\0'), plain.subarray(0, 9_000), END))),
    ),
    same('a colour profile', first(plain, icc)),
    same('a JFIF version that nobody knows', first(plain, jfif(7)), first(plain, jfif(1))),
    same('an Adobe transform that nobody knows', first(plain, adobe(9)), first(plain, adobe(1))),
    same('stray bytes in a progressive one, before a table', insertBefore(progressive, 0xc4, STRAY), progressive),

    bad('half of it', cut(plain, 0.5), 'damaged', /premature end/),
    bad(
      'half of it, padded',
      Buffer.concat([cut(plain, 0.5).subarray(0, -2), Buffer.alloc(2_000), END]),
      'damaged',
      /damaged JPEG/,
    ),
    {
      ...bad(
        'half of it, padded to any length',
        Buffer.concat([cut(plain, 0.5).subarray(0, -2), Buffer.alloc(20_000), END]),
        'damaged',
        /damaged JPEG/,
      ),
      beyondPixels: true,
    },
    bad('all but its last bytes', beforeEnd(plain.subarray(0, -12)), 'damaged', /premature end/),
    bad('a hole', Buffer.concat([plain.subarray(0, 4_000), plain.subarray(6_000)]), 'damaged', /damaged JPEG/),
    bad('half of a progressive one', cut(progressive, 0.5), 'damaged', /damaged JPEG|leave out a part/),
    bad('a restart interval too few', withoutInterval(restarts), 'damaged', /damaged JPEG/),
    bad(
      'a restart interval too few, with stray bytes',
      withoutInterval(beforeRestarts(restarts, STRAY)),
      'damaged',
      /damaged JPEG/,
    ),
    {
      ...bad('more left over than is stray', beforeEnd(plain, Buffer.alloc(200, 0x35)), 'damaged', /extraneous bytes/),
      beyondPixels: true,
    },
    bad('no end', plain.subarray(0, -2), 'damaged', /its end marker is missing/),
    bad('an end at its beginning', Buffer.concat([START, END]), 'damaged', /end marker comes before/),
    bad('a part of its header', plain.subarray(0, 300), 'damaged', /ends within its segment|before its image data/),
    bad(
      'a marker within its data that is none',
      insertInData(plain, Buffer.from([0xff, 0x3c])),
      'damaged',
      /unknown marker ff 3c at byte/,
    ),
    bad(
      'a segment longer than the rest',
      first(plain, Buffer.from([0xff, 0xe5, 0xff, 0xff])),
      'damaged',
      /within its segment ff e5/,
    ),
    bad(
      'its height behind its data',
      changed(plain, 0xc0, (frame) => frame.fill(0, 5, 7)),
      'unsupported',
      /320x0 pixels.*DNL/,
    ),
    bad(
      '12 bits a sample',
      changed(plain, 0xc0, (frame) => frame.fill(12, 4, 5)),
      'unsupported',
      /12 bits a sample/,
    ),
    bad('arithmetic coding', withStartOfFrame(plain, 0xc9), 'unsupported', /an arithmetic-coded JPEG/),
    bad('lossless coding', withStartOfFrame(plain, 0xc3), 'unsupported', /a lossless JPEG/),
    bad('a hierarchical one', withStartOfFrame(plain, 0xc5), 'unsupported', /a hierarchical JPEG/),
    bad('base64', Buffer.from(plain.toString('base64')), 'not_jpeg', /it is base64 of a JPEG: send its bytes/),
    bad(
      'a data URL',
      Buffer.from(`data:image/jpeg;base64,${plain.toString('base64')}`),
      'not_jpeg',
      /it is a data URL/,
    ),
  ];
}

function insertInData(jpeg: Buffer, what: Buffer): Buffer {
  const middle = jpeg.length >> 1;
  return Buffer.concat([jpeg.subarray(0, middle), what, jpeg.subarray(middle)]);
}
