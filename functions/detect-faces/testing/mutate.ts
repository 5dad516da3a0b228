/** JPEGs damaged at random, the same ones for the same seed. */

/** Numbers from 0 up to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the sources with one to four things wrong with it. */
export function mutate(sources: Buffer[], random: () => number): Buffer {
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(list: T[]) => list[below(list.length)]!;
  let jpeg = Buffer.from(pick(sources));
  // every other one is hit in its tables and sizes, where most decoders have had their holes
  const somewhere = () => below(random() < 0.5 ? Math.min(jpeg.length, 800) : jpeg.length);
  const splice = (at: number, remove: number, insert: Buffer) =>
    Buffer.concat([jpeg.subarray(0, at), insert, jpeg.subarray(at + remove)]);
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));

  const ways: (() => Buffer)[] = [
    () => splice(somewhere(), 1, noise(1)),
    () => {
      const at = somewhere();
      return splice(at, 1, Buffer.from([(jpeg[at] ?? 0) ^ (1 << below(8))]));
    },
    () => splice(somewhere(), 1, Buffer.from([pick([0, 1, 0x7f, 0x80, 0xfe, 0xff])])),
    () => splice(somewhere(), below(64), noise(below(64))),
    () => splice(somewhere(), below(2_000), Buffer.alloc(0)),
    () => splice(somewhere(), 0, Buffer.from([0xff, pick(MARKERS)])),
    () => splice(somewhere(), 0, Buffer.from([0xff, pick(MARKERS), 0, below(40), ...noise(below(40))])),
    () => {
      const at = somewhere();
      return splice(somewhere(), 0, jpeg.subarray(at, at + below(1_000)));
    },
    () => {
      const other = pick(sources);
      return Buffer.concat([jpeg.subarray(0, somewhere()), other.subarray(below(other.length))]);
    },
    () => jpeg.subarray(0, below(jpeg.length)),
    () => Buffer.concat([jpeg.subarray(0, below(jpeg.length)), Buffer.from([0xff, 0xd9])]),
  ];
  for (let left = 1 + below(4); left > 0; left--) jpeg = Buffer.from(pick(ways)());
  return jpeg;
}

const MARKERS = [0xc0, 0xc2, 0xc4, 0xc9, 0xd0, 0xd7, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xe0, 0xe1, 0xee, 0xfe];
