import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../address/address.ts';
import { invocations } from './arguments.ts';

const specOf = (url: string) => ({ url, fps: 10, loop: true });

function inputsOf(url: string): string[] {
  const address = parseAddress(url);
  if (address.kind === 'demo') return [];
  return invocations(address, specOf(url), 'live').map(({ args }) => args[args.indexOf('-i') + 1]!);
}

describe('the input of ffmpeg', () => {
  it.each([
    ['/films/a b.mp4', /^file:\/films\/a b\.mp4$/],
    ['file:///films/a%20b.mp4', /^file:\/films\/a b\.mp4$/],
    ['/dev/video0', /^\/dev\/video0$/],
    ['/dev/video0/../sda', /^file:\/dev\/sda$/],
    ['RTSP://me:p w@host/x', /^rtsp:\/\/me:p%20w@host\/x$/],
    ['https://host/-f null', /^https:\/\/host\/-f%20null$/],
  ])('%s is never an option or another protocol', (url, expected) => {
    for (const input of inputsOf(url)) expect(input).toMatch(expected);
  });

  it('may open no protocol but its own', () => {
    for (const url of ['/x', 'rtsp://h/x', 'http://h/x']) {
      const address = parseAddress(url) as Exclude<ReturnType<typeof parseAddress>, { kind: 'demo' }>;
      for (const { args } of invocations(address, specOf(url), 'live')) {
        const allowed = args[args.indexOf('-protocol_whitelist') + 1]!.split(',');
        expect(allowed.includes('file')).toBe(url === '/x');
        expect(allowed.includes('http')).toBe(url.startsWith('http'));
      }
    }
  });
});
