import sharp from 'sharp';
import { createPeople, drawPerson, faceAt, walkingAt } from './person.ts';
import { createRandom } from './random.ts';
import { drawRoom } from './room.ts';
import { type Face, writeTruth } from './truth.ts';

export { type Face, readTruth } from './truth.ts';

export const WIDTH = 640;
export const HEIGHT = 480;
/** The scene repeats after this many seconds. */
export const LOOP_SECONDS = 12;

/** Seeds that begin so have one person who walks through the room and leaves it. */
const WALK = /^walk\b/;

/** A drawn room with people in it, whose faces are where a face detector looks for them. Each seed gives another one. */
export interface Scene {
  /** The JPEG at a moment, seconds; its true faces stand in it (`readTruth`). */
  draw(at: number): Promise<Uint8Array>;
}

export function createScene(seed: string): Scene {
  const random = createRandom(seed);
  const walks = WALK.test(seed);
  const people = createPeople(random, walks ? 1 : random.pick([2, 3]));
  const room = render(drawRoom(random)).removeAlpha().raw().toBuffer();

  return {
    async draw(at) {
      const turn = (at / LOOP_SECONDS) % 1;
      const present = walks ? people.map((person) => walkingAt(person, turn, WIDTH)) : people;
      const picture = sharp(await room, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
      const drawn = svg(present.map((person) => drawPerson(person, turn)).join(''));
      const jpeg = await picture
        .composite([{ input: drawn }])
        .jpeg({ quality: 82 })
        .toBuffer();
      return writeTruth(jpeg, present.map((person) => faceAt(person, turn)).filter(isWhole));
    },
  };
}

/** A face that is half out of the picture is none to a detector, or one. */
const isWhole = ({ x, w }: Face) => x >= 0 && x + w <= WIDTH;

const render = (content: string) => sharp(svg(content));
const svg = (content: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${content}</svg>`);
