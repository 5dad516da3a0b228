import { JpegError, judgeJpeg } from '@framewire/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawOddJpegs, type OddJpeg } from '../testing/odd-jpegs.ts';
import { createDecoder, type Decoder } from './decode.ts';
import { FrameError } from './failure.ts';
import { openTurboJpeg } from './turbojpeg.ts';
import { validateJpeg } from './valid-jpeg.ts';

let list: OddJpeg[];
beforeAll(async () => {
  list = await drawOddJpegs();
}, 60_000);

const turbo = openTurboJpeg();
const decode = async (decoder: Decoder, jpeg: Buffer) => decoder.decode(validateJpeg(jpeg));
const pixelsOf = async (decoder: Decoder, jpeg: Buffer) => Buffer.from((await decode(decoder, jpeg)).pixels);
/** The error; undefined if there is none. */
const errorOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: Error) => error,
  );

for (const [name, open] of [
  ['libjpeg-turbo', turbo],
  ['sharp', null],
] as const) {
  describe.skipIf(open === undefined)(`by ${name}`, () => {
    const decoder = createDecoder({ colour: 'rgb', maxSide: 640 }, open ?? null);

    it('decodes a complete JPEG to the last pixel', async () => {
      for (const { name, jpeg, expected } of list) {
        if (!('same' in expected)) continue;
        const found = await pixelsOf(decoder, jpeg).catch((error) => expect.fail(`${name}: ${error}`));
        expect(found.equals(await pixelsOf(decoder, expected.same)), name).toBe(true);
      }
    });

    it('refuses an incomplete JPEG, and says why', async () => {
      for (const { name, jpeg, expected, beyondPixels } of list) {
        if ('same' in expected || (beyondPixels && !open)) continue;
        const error = await errorOf(decode(decoder, jpeg));
        expect(error, name).toBeInstanceOf(FrameError);
        expect({ name, failure: (error as FrameError).failure }).toEqual({ name, failure: expected.failure });
        expect(error!.message, name).toMatch(expected.message);
      }
    });
  });
}

it('validation, which decodes nothing, gives the same error with the same message, or none', async () => {
  for (const { name, jpeg, expected } of list) {
    const error = await errorOf((async () => judgeJpeg(jpeg))());
    if ('same' in expected) expect(error, name).toBeUndefined();
    else if (error) {
      expect(error, name).toBeInstanceOf(JpegError);
      expect(error.message, name).toMatch(expected.message);
      expect((error as JpegError).kind, name).toBe(expected.failure);
    }
  }
});
