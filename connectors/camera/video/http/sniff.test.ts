import { describe, expect, it } from 'vitest';
import { sniff } from './sniff.ts';

const kindOf = (type: string, start: string) => sniff(type, Buffer.from(start, 'latin1')).kind;

describe('an answer', () => {
  it.each([
    ['multipart/x-mixed-replace; boundary=x', 'anything', 'jpegs'],
    ['', '--x\r\nX-Time: 1:2:3\r\nContent-Type: image/jpeg\r\n\r\n', 'jpegs'],
    ['text/plain', '\xff\xd8\xff\xe0', 'jpegs'],
    ['text/plain', '#EXTM3U\n#EXT-X-VERSION:3\n', 'hls'],
    ['', '  <!DOCTYPE html><html>', 'page'],
    ['application/json', '{"error": 1}', 'other'],
    ['image/png', '\x89PNG', 'other'],
    ['', '', 'other'],
    ['video/mp2t', 'G\x40\x11', 'video'],
    ['text/plain', 'G\x00\x11', 'video'],
  ])('of type %j that begins with %j', (type, start, kind) => {
    expect(kindOf(type, start)).toBe(kind);
  });

  it('is looked at in one way alone, however many colons are in it', () => {
    expect(kindOf('', `--x\r\n${`${'a:'.repeat(8)}\r\n`.repeat(1000)}`)).toBe('video');
  });
});
