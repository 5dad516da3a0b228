/**
 * Encodes a binary message to viewers: a JSON header and the JPEG it belongs to, together.
 * Layout: length of the header (uint32, big-endian), header (UTF-8 JSON), then the JPEG (empty if it is no longer in memory).
 */
export function encodeBinaryMessage(header: unknown, jpeg: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const message = new Uint8Array(4 + json.length + jpeg.length);
  new DataView(message.buffer).setUint32(0, json.length);
  message.set(json, 4);
  message.set(jpeg, 4 + json.length);
  return message;
}

/** @throws RangeError or SyntaxError if the bytes are not such a message. */
export function decodeBinaryMessage(message: Uint8Array<ArrayBuffer>): {
  header: unknown;
  jpeg: Uint8Array<ArrayBuffer>;
} {
  const length = new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(0);
  if (length > message.byteLength - 4) throw new RangeError(`header of ${length} bytes in ${message.byteLength}`);
  return {
    header: JSON.parse(new TextDecoder().decode(message.subarray(4, 4 + length))),
    jpeg: message.subarray(4 + length),
  };
}
