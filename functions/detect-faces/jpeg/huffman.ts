/** The Huffman codes of sequential scans (ITU T.81, annexes C, F and K.3), as far as they are needed to count blocks. */
export interface Huffman {
  /** Reads the payload of a DHT segment. */
  define(payload: Uint8Array): void;
  /** The tables with the numbers that a scan names; undefined if they are not defined. */
  tables(dc: number, ac: number): HuffmanTables | undefined;
}

export interface HuffmanTables {
  /** @returns the bit after the block that begins at `bit`; -1 if it is not a block. `bytes` have 8 bytes to spare. */
  skipBlock(bytes: Uint8Array, bit: number): number;
}

/** For each combination of 16 bits: the length of the code they begin with (upper byte; 0: none) and its value. */
type Lookup = Uint16Array;

/** Begins with the example tables of the standard: motion JPEG leaves them out. */
export function createHuffman(): Huffman {
  const dc: (Lookup | undefined)[] = [];
  const ac: (Lookup | undefined)[] = [];
  const define = (payload: Uint8Array) => {
    for (let at = 0; at + 17 <= payload.length; ) {
      const kind = payload[at]!;
      const lengths = payload.subarray(at + 1, at + 17);
      const count = lengths.reduce((sum, each) => sum + each, 0);
      (kind >> 4 ? ac : dc)[kind & 15] = build(lengths, payload.subarray(at + 17, at + 17 + count));
      at += 17 + count;
    }
  };
  for (const table of STANDARD) define(table);
  return {
    define,
    tables(dcNumber, acNumber) {
      const [first, rest] = [dc[dcNumber], ac[acNumber]];
      return first && rest && { skipBlock: (bytes, bit) => skipBlock(bytes, bit, first, rest) };
    },
  };
}

function build(lengths: Uint8Array, values: Uint8Array): Lookup | undefined {
  const lookup: Lookup = new Uint16Array(65_536);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < lengths[length - 1]!; i++, code++) {
      const from = code << (16 - length);
      if (from >= 65_536) return undefined;
      lookup.fill((length << 8) | values[next++]!, from, from + (1 << (16 - length)));
    }
    code <<= 1;
  }
  return lookup;
}

function skipBlock(bytes: Uint8Array, from: number, dc: Lookup, ac: Lookup): number {
  let bit = from;
  const first = dc[peek(bytes, bit)]!;
  if (first === 0) return -1;
  bit += (first >> 8) + (first & 0xff);
  for (let k = 1; k < 64; k++) {
    const code = ac[peek(bytes, bit)]!;
    if (code === 0) return -1;
    const [run, size] = [(code >> 4) & 15, code & 15];
    bit += (code >> 8) + size;
    if (size === 0 && run < 15) break; // the rest of the block is zero
    k += run;
    if (k > 63) return -1;
  }
  return bit;
}

/** The 16 bits that begin at `bit`. */
function peek(bytes: Uint8Array, bit: number): number {
  const at = bit >> 3;
  return (((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) >> (8 - (bit & 7))) & 0xffff;
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Tables K.3 to K.6. */
const STANDARD = [
  hex('0000010501010101010100000000000000' + '000102030405060708090a0b'),
  hex(
    '100002010303020403050504040000017d' +
      '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435' +
      '363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798' +
      '999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4' +
      'f5f6f7f8f9fa',
  ),
  hex('0100030101010101010101010000000000' + '000102030405060708090a0b'),
  hex(
    '1100020102040403040705040400010277' +
      '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a' +
      '35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a9293949596' +
      '9798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4' +
      'f5f6f7f8f9fa',
  ),
];
