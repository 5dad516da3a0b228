import { JpegError, judgeJpeg } from '@framewire/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawOddJpegs, type OddJpeg } from '../testing/odd-jpegs.ts';
import { createDecoder, type Decoder } from './decode.ts';
import { FrameError } from './failure.ts';
import { openTurboJpeg } from './turbojpeg.ts';

let list: OddJpeg[];
beforeAll(async () => {
  list = await drawOddJpegs();
}, 60_000);

const turbo = openTurboJpeg();
const pixelsOf = async (decoder: Decoder, jpeg: Buffer) => Buffer.from((await decoder.decode(jpeg)).pixels);
/** What went wrong, in words; undefined where nothing did. */
const wordsOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: Error) => error,
  );

for (const [name, open] of [
  ['libjpeg-turbo', turbo],
  ['sharp', null],
] as const) {
  describe.skipIf(open === undefined)(`by ${name}`, () => {
    const decoder = createDecoder({ colour: 'rgb', maxSide: 640, maxPixels: 1e7 }, open ?? null);

    it('a picture of which no pixel is missing looks as it should, to the last one', async () => {
      for (const { name, jpeg, expected } of list) {
        if (!('same' in expected)) continue;
        const found = await pixelsOf(decoder, jpeg).catch((error) => expect.fail(`${name}: ${error}`));
        expect(found.equals(await pixelsOf(decoder, expected.same)), name).toBe(true);
      }
    });

    it('a picture of which a part is missing is refused, in words that are true', async () => {
      for (const { name, jpeg, expected, beyondPixels } of list) {
        if ('same' in expected || (beyondPixels && !open)) continue;
        const error = await wordsOf(decoder.decode(jpeg));
        expect(error, name).toBeInstanceOf(FrameError);
        expect({ name, failure: (error as FrameError).failure }).toEqual({ name, failure: expected.failure });
        expect(error!.message, name).toMatch(expected.words);
      }
    });
  });
}

it('the door, which decodes nothing, says the same in the same words, or nothing', async () => {
  for (const { name, jpeg, expected } of list) {
    const error = await wordsOf((async () => judgeJpeg(jpeg))());
    if ('same' in expected) expect(error, name).toBeUndefined();
    else if (error) {
      expect(error, name).toBeInstanceOf(JpegError);
      expect(error.message, name).toMatch(expected.words);
      expect((error as JpegError).kind, name).toBe(expected.failure);
    }
  }
});
