import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { VERSION } from '@framewire/runtime/telemetry';
import { describe, expect, it } from 'vitest';
import { camerasFile } from './cameras.ts';
import { readOptions } from './options.ts';

const read = (...args: string[]) => readOptions(args, '/home/me');

describe('the options of npm start', () => {
  it('names a file of cameras, which must be there; then no demo camera is added', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'framewire-options-')), 'cameras.yaml');
    writeFileSync(file, ['cameras:\n  door: {url: "rtsp://me:$', '{DOOR_PASSWORD}@h/"}\n'].join(''));
    const options = readOptions(['--cameras', 'cameras.yaml'], dirname(file));
    expect([options.camerasFile, options.demo]).toEqual([file, false]);
    expect(camerasFile(options, { DOOR_PASSWORD: 'hunter2', OTHER: 'x' })).toEqual({
      CAMERAS_YAML: file,
      DOOR_PASSWORD: 'hunter2',
    });
    expect(() => readOptions(['--cameras', 'none.yaml'], dirname(file))).toThrow('--cameras: there is no file');
    rmSync(dirname(file), { recursive: true });
  });

  it('are all optional', () => {
    expect(read()).toMatchObject({
      cameras: new Map(),
      demo: true,
      detector: 'auto',
      data: '/home/me/data',
      help: false,
      version: false,
    });
  });

  it('show the version of the project', () => {
    expect(read('--version').version).toBe(true);
    const { stdout } = spawnSync(process.execPath, ['local/dist/main.js', '--version'], { encoding: 'utf8' });
    expect(stdout).toBe(`framewire ${VERSION}\n`);
  });

  it('take cameras, and the path of a file from where the command was typed', () => {
    const { cameras } = read(
      '--camera',
      'door=rtsp://host/a?b=c',
      '--camera',
      'yard:faces+objects@2=films/yard.mp4',
      '--camera',
      'd=demo:',
    );
    expect(Object.fromEntries(cameras)).toEqual({
      door: { address: 'rtsp://host/a?b=c' },
      yard: { address: '/home/me/films/yard.mp4', topics: { faces: { fps: 10 }, objects: { fps: 2 } } },
      d: { address: 'demo:' },
    });
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

  it('take cameras with passwords from the environment or a file, and repeat none', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'framewire-options-')), 'cameras');
    writeFileSync(file, 'yard=rtsp://me:hunter2@h/a,b=c\nfilm=film.mp4\n');
    const cameras = (env: Record<string, string>) =>
      Object.fromEntries(readOptions(['--camera', 'd=demo:'], '/home/me', env).cameras);
    expect(cameras({ CAMERAS: 'yard=rtsp://me:hunter2@h/' })).toEqual({
      d: { address: 'demo:' },
      yard: { address: 'rtsp://me:hunter2@h/' },
    });
    expect(cameras({ CAMERAS_FILE: file })).toEqual({
      d: { address: 'demo:' },
      yard: { address: 'rtsp://me:hunter2@h/a,b=c' },
      film: { address: '/home/me/film.mp4' },
    });
    expect(() => cameras({ CAMERAS: 'd=rtsp://me:hunter2@h/' })).toThrow('d is named by --camera and by CAMERAS');
    expect(() => cameras({ CAMERAS: 'rtsp://me:hunter2@h/' })).toThrow(
      /^CAMERAS: an entry without "=".*; allowed: NAME=URL/,
    );
    expect(() => read('--camera', 'rtsp://me:hunter2@h/')).not.toThrow(/hunter2/);
    rmSync(dirname(file), { recursive: true });
  });

  it.each([
    [['--camra', 'a=b'], "Unknown option '--camra'"],
    [['--camera', 'door'], '--camera NAME=URL: an entry without "="'],
    [['--camera', 'door:faces@x=demo:'], 'door: topics.faces.fps must be a number'],
    [['--camera', 'front door=x'], 'an entry whose name is none'],
    [['--camera', 'constructor=x'], 'every object in JavaScript'],
    [['--camera', 'a=x', '--camera', 'a=y'], 'a is named twice'],
    [['--detector', 'yolo'], 'allowed: auto, haar, yunet'],
    [['--replicas', '65'], 'from 1 to 64'],
    [['--replicas', '0'], 'from 1 to 64'],
    [['--replicas', '4-2'], 'from 1 to 64'],
    [['--replicas', 'two'], 'from 1 to 64'],
    [['--port-base', '80'], 'from 1024 to 65000'],
    [['--host', '0.0.0.0'], 'wants a key: --key, or RESULTS_KEY'],
    [['--host', '127.example.org', '--key', 'x'], 'allowed: 127.0.0.1, 0.0.0.0, ::'],
    [['--key', 'x', '--write-key', 'x'], 'another key than --key'],
    [['--allow-host', 'https://x'], 'a name such as'],
    [['--allow-origin', 'example.org'], 'an origin such as'],
  ])('%j is one clear line', (args, words) => {
    expect(() => read(...args)).toThrow(words);
    try {
      read(...args);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it('let other machines reach the dashboard with a key, which need not stand in the command line', () => {
    expect(read().access).toMatchObject({ host: '127.0.0.1', hosts: [], origins: [] });
    expect(read('--host', '0.0.0.0', '--key', 'k', '--write-key', 'w').access).toMatchObject({
      host: '0.0.0.0',
      key: 'k',
      writeKey: 'w',
    });
    const file = join(mkdtempSync(join(tmpdir(), 'fw-')), 'key');
    writeFileSync(file, 'from a file\n');
    const env = { RESULTS_KEY: 'from the environment', WRITE_KEY_FILE: file };
    expect(readOptions(['--host', '::'], '/', env).access).toMatchObject({
      key: 'from the environment',
      writeKey: 'from a file',
    });
    const { hosts, origins } = read(
      '--allow-host',
      'cams.example.org',
      '--allow-origin',
      'https://home.example',
    ).access;
    expect([hosts, origins]).toEqual([['cams.example.org'], ['https://home.example']]);
  });
});
