import { describe, expect, it } from 'vitest';
import { masked, unmasked } from './masked.ts';

const STORED = 'rtsp://admin:hun%40ter2@10.0.0.4:554/live?token=abc';

describe('an address for whoever may change it', () => {
  it.each([
    [STORED, 'rtsp://admin:***@10.0.0.4:554/live?...'],
    ['rtsp://admin@h/live', 'rtsp://admin@h/live'],
    ['http://h/user=admin&password=hunter2/live', 'http://h/.../live'],
    ['/films/x.mp4', '/films/x.mp4'],
    ['demo:2', 'demo:2'],
  ])('%s is shown as %s', (address, shown) => expect(masked(address)).toBe(shown));
});

describe('an address that is sent back', () => {
  it.each([
    ['as it was shown', 'rtsp://admin:***@10.0.0.4:554/live?...', STORED],
    ['with another path', 'rtsp://admin:***@10.0.0.4:554/other', 'rtsp://admin:hun%40ter2@10.0.0.4:554/other'],
    ['without its password', 'rtsp://admin@10.0.0.4:554/live', 'rtsp://admin:hun%40ter2@10.0.0.4:554/live'],
    ['with another password', 'rtsp://admin:new@10.0.0.4:554/live', 'rtsp://admin:new@10.0.0.4:554/live'],
    ['without a user', 'rtsp://10.0.0.4:554/live', 'rtsp://10.0.0.4:554/live'],
  ])('%s', (_, sent, is) => expect(unmasked(sent, STORED)).toBe(is));

  it('keeps parts of its path that are not shown', () => {
    const stored = 'rtsps://h:7441/AbCdEfGh12345678';
    expect(unmasked(masked(stored), stored)).toBe(stored);
  });

  it.each([
    ['another host', 'rtsp://admin:***@10.0.0.5:554/live'],
    ['another port', 'rtsp://admin:***@10.0.0.4:5540/live'],
    ['another user', 'rtsp://root:***@10.0.0.4:554/live'],
    ['another protocol', 'http://admin:***@10.0.0.4:554/live'],
    ['parameters, and another host', 'rtsp://admin:x@10.0.0.5:554/live?...'],
  ])('gets no secret for %s', (_, sent) => {
    expect(() => unmasked(sent, STORED)).toThrow('of the same host and user only');
    expect(() => unmasked(sent, undefined)).toThrow();
  });

  it('without a password gets none of another host or user', () => {
    for (const sent of ['rtsp://admin@10.0.0.5:554/live', 'rtsp://root@10.0.0.4:554/live'])
      expect(unmasked(sent, STORED)).toBe(sent);
  });
});
