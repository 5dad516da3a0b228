/**
 * A message as it goes over a WebSocket (RFC 6455): one unmasked binary frame, head and payload together. A server's frames are the same
 * for every viewer, so that one is made however many there are.
 */
export function toWebSocketFrame(payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = FINAL_BINARY;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, head);
  return frame;
}

const FINAL_BINARY = 0x82;
