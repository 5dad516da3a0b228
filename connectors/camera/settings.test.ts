import { formatNamedCameras } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { parseCameras } from './settings.ts';

const named = (text: string) => Object.fromEntries(parseCameras(text));
const parsed = (text: string) => Object.fromEntries([...parseCameras(text)].map(([id, { address }]) => [id, address]));

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

  it('names the topics of a camera behind its name, each with its frame rate or at 10', () => {
    expect(named('door:faces@7.5+objects=rtsp://me:pw@h/a?b=c,yard:objects@2=demo:')).toEqual({
      door: { address: 'rtsp://me:pw@h/a?b=c', topics: { faces: { fps: 7.5 }, objects: { fps: 10 } } },
      yard: { address: 'demo:', topics: { objects: { fps: 2 } } },
    });
    expect(named('door=demo:')).toEqual({ door: { address: 'demo:' } });
  });

  it('reads what it writes', () => {
    const text = 'door:faces@7.5+objects@10=demo:\nyard=demo:2\n';
    expect(formatNamedCameras(parseCameras(text))).toBe(text);
  });

  it.each([
    ['door:=demo:', /^door: topics: "": a topic is 1 to 64 letters/],
    ['door:a b=demo:', /"a b": a topic is/],
    ['door:constructor@2=demo:', /every object in JavaScript/],
    [
      'door:faces@0=demo:',
      /topics.faces.fps must be above 0; topics are written as in door:faces@10\+objects@2=address/,
    ],
    ['door:faces@fast=demo:', /topics.faces.fps must be a number/],
    ['door:faces@=demo:', /topics.faces.fps must be a number/],
    ['door:faces@2+faces@3=demo:', /door names the topic faces twice/],
  ])('says what is wrong with the topics in %s', (text, message) => {
    expect(() => parseCameras(text)).toThrow(message);
  });

  it.each([['door'], ['a b=demo:'], ['a=demo:;a=demo:2'], ['a=gopher://h/'], ['=demo:'], ['a=']])(
    'refuses %s',
    (text) => {
      expect(() => parseCameras(text)).toThrow();
    },
  );
});
