import { describe, expect, it } from 'vitest';
import { parseCameras } from './settings.ts';

const parsed = (text: string) => Object.fromEntries(parseCameras(text));

describe('CAMERAS', () => {
  it('is one camera a line, whatever the address holds, or on one line with a separator', () => {
    const url = 'http://h/x?a=1;b=2,c=3';
    expect(parsed(`door=${url}\n yard = demo: \n\n`)).toEqual({ door: url, yard: 'demo:' });
    expect(parsed('door=rtsp://h/a,b;yard=demo:,hall=/films/x.mp4')).toEqual({
      door: 'rtsp://h/a,b',
      yard: 'demo:',
      hall: '/films/x.mp4',
    });
  });

  it.each([['door'], ['a b=demo:'], ['a=demo:;a=demo:2'], ['a=gopher://h/'], ['=demo:'], ['a=']])(
    'refuses %s',
    (text) => {
      expect(() => parseCameras(text)).toThrow();
    },
  );
});
