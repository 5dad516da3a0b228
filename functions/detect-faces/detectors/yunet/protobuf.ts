/** A field with its number: an integer, text, bytes, or the fields of a message. */
export type Field = [number: number, value: number | string | Uint8Array | Field[]];

const VARINT = 0;
const BYTES = 2;
/** Of the wire types that are neither: 64 and 32 bits. */
const FIXED: Record<number, number> = { 1: 8, 5: 4 };

/** Encodes a message of protobuf. */
export function encode(fields: Field[]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
      const bytes = Array.isArray(value) ? encode(value) : Buffer.from(value as Uint8Array);
      return Buffer.concat([varint((number << 3) | BYTES), varint(bytes.length), bytes]);
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

/**
 * Copies a message. Each field of text, bytes or a message with this number is replaced by what `change` returns for its bytes; undefined
 * leaves it out. All other fields stay byte for byte.
 * @throws RangeError if the message ends within a field, or is none.
 */
export function changeFields(
  message: Uint8Array,
  number: number,
  change: (bytes: Uint8Array, nth: number) => Uint8Array | undefined,
): Buffer {
  const parts: Uint8Array[] = [];
  let at = 0;
  let nth = 0;
  const read = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('the message ends within a field');
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const begin = at;
    const key = read();
    const type = key & 7;
    if (type === VARINT) read();
    else {
      const length = type === BYTES ? read() : FIXED[type];
      if (length === undefined || at + length > message.length) throw new RangeError('the message is no protobuf');
      at += length;
      if (type === BYTES && key >> 3 === number) {
        const changed = change(message.subarray(at - length, at), nth++);
        if (changed) parts.push(encode([[number, changed]]));
        continue;
      }
    }
    parts.push(message.subarray(begin, at));
  }
  return Buffer.concat(parts);
}

/** The fields of text, bytes or a message with this number. @throws RangeError as {@link changeFields} does. */
export function readFields(message: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  changeFields(message, number, (bytes) => {
    found.push(bytes);
    return undefined;
  });
  return found;
}
