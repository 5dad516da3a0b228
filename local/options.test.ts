import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

const read = (...args: string[]) => readOptions(args, '/home/me');

describe('the options of npm start', () => {
  it('are all optional', () => {
    expect(read()).toMatchObject({ cameras: {}, demo: true, detector: 'auto', data: '/home/me/data', help: false });
  });

  it('take cameras, and the path of a file from where the command was typed', () => {
    const { cameras } = read(
      '--camera',
      'door=rtsp://host/a?b=c',
      '--camera',
      'yard=films/yard.mp4',
      '--camera',
      'd=demo:',
    );
    expect(cameras).toEqual({ door: 'rtsp://host/a?b=c', yard: '/home/me/films/yard.mp4', d: 'demo:' });
  });

  it("let the number of replicas follow the load from 1 to one a core, or within bounds of one's own", () => {
    expect(read('--replicas', '5').replicas).toEqual({
      first: 5,
      min: 1,
      max: Math.min(64, Math.max(5, cpus().length)),
    });
    expect(read('--replicas', '8-16').replicas).toEqual({ first: 8, min: 8, max: 16 });
    expect(read('--replicas', '2-4').replicas).toEqual({ first: 2, min: 2, max: 4 });
    expect(read('--replicas', '3-3').replicas).toEqual({ first: 3, min: 3, max: 3 });
    const { first, min, max } = read().replicas;
    expect([first, min]).toEqual([Math.min(2, cpus().length), 1]);
    expect(max).toBe(Math.min(64, Math.max(first, cpus().length)));
  });

  it.each([
    [['--camra', 'a=b'], "Unknown option '--camra'"],
    [['--camera', 'door'], 'allowed: NAME=URL'],
    [['--camera', 'front door=x'], 'allowed: NAME=URL'],
    [['--camera', 'a=x', '--camera', 'a=y'], 'there is a camera a already'],
    [['--detector', 'yolo'], 'allowed: auto, haar, yunet'],
    [['--replicas', '65'], 'from 1 to 64'],
    [['--replicas', '0'], 'from 1 to 64'],
    [['--replicas', '4-2'], 'from 1 to 64'],
    [['--replicas', 'two'], 'from 1 to 64'],
    [['--port-base', '80'], 'from 1024 to 65000'],
  ])('%j is one clear line', (args, words) => {
    expect(() => read(...args)).toThrow(words);
    try {
      read(...args);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });
});
