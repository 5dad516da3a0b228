import { expect, it } from 'vitest';
import { readDelivery, readKey } from './delivery.ts';

const fields = (exchange: string, routingKey: string) => ({ exchange, routingKey }) as never;

it("a queue's name with dots is neither a topic nor a camera", () => {
  expect(readKey(fields('', 'frames.of.the.hall'))).toBeUndefined();
  expect(readKey(fields('frames', 'faces.door'))).toEqual({ topic: 'faces', camera: 'door' });
  const unreadable = (exchange: string, key: string) =>
    readDelivery({ content: Buffer.from('rubbish'), fields: fields(exchange, key), properties: {} as never }).frame;
  expect(unreadable('frames', 'faces.door').camera_id).toBe('door');
  expect(unreadable('', 'my.queue').camera_id).toBe(unreadable('', 'queue').camera_id);
});
