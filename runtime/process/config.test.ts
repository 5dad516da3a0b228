import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { requireKeyBeyondLoopback } from '../http/http-settings.ts';
import { type ConfigError, choice, decimal, flag, integer, optional, readConfig, text, url } from './config.ts';
import { describeIssues } from './parse.ts';

const problemsOf = (read: () => unknown): string[] => {
  try {
    read();
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('settings', () => {
  const settings = {
    PORT: integer({ min: 0, max: 65535, fallback: 8080 }),
    RATE: decimal({ min: 0, max: 1, fallback: 0.5 }),
    LOUD: flag({ fallback: false }),
    KIND: choice(['haar', 'yunet'], { fallback: 'haar' }),
    AMQP_URL: url(['amqp', 'amqps'], { secret: true }),
    NOTE: optional(text()),
  };

  it('are read as what they are, and fall back', () => {
    expect(readConfig(settings, { AMQP_URL: 'amqp://x', PORT: '1', LOUD: 'true', RATE: '' })).toEqual({
      PORT: 1,
      RATE: 0.5,
      LOUD: true,
      KIND: 'haar',
      AMQP_URL: 'amqp://x',
      NOTE: undefined,
    });
  });

  it('that are wrong get a line each: name, what was read, what is allowed', () => {
    expect(problemsOf(() => readConfig(settings, { PORT: '8o80', KIND: 'dog', RATE: '2', LOUD: 'yes' }))).toEqual([
      'PORT: "8o80"; allowed: a whole number from 0 to 65535',
      'RATE: "2"; allowed: a number from 0 to 1',
      'LOUD: "yes"; allowed: true or false',
      'KIND: "dog"; allowed: haar, yunet',
      'AMQP_URL: not set; allowed: amqp://... or amqps://...',
    ]);
  });

  it('never repeat a secret', () => {
    expect(problemsOf(() => readConfig(settings, { AMQP_URL: 'http://user:pass@x' }))).toEqual([
      'AMQP_URL: (secret); allowed: amqp://... or amqps://...',
    ]);
  });

  it('take a secret from a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'fw-')), 'url');
    writeFileSync(file, 'amqp://from-file\n');
    expect(readConfig(settings, { AMQP_URL_FILE: file }).AMQP_URL).toBe('amqp://from-file');
    expect(problemsOf(() => readConfig(settings, { AMQP_URL_FILE: `${file}x` }))[0]).toMatch(
      /AMQP_URL_FILE names .*cannot be read/,
    );
  });

  it('want a key beyond loopback', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost']) requireKeyBeyondLoopback(host, 'KEY', undefined);
    requireKeyBeyondLoopback('0.0.0.0', 'KEY', 'secret');
    for (const host of ['127.example.org', '127.1', 'localhost.example.org', '::'])
      expect(
        problemsOf(() => requireKeyBeyondLoopback(host, 'KEY', undefined)),
        host,
      ).toHaveLength(1);
    expect(problemsOf(() => requireKeyBeyondLoopback('0.0.0.0', 'KEY', undefined))[0]).toMatch(
      /^KEY: not set.*HOST=0\.0\.0\.0/,
    );
  });
});

const zones = z.object({ zones: z.array(z.object({ name: z.string('a name must be text') })) });
const fps = z.object({ fps: z.number('fps must be a number') });

it('a message says which one of several it is about', () => {
  const wrong = zones.safeParse({ zones: [{ name: 'yard' }, { name: 3 }] });
  expect(describeIssues(wrong.error!)).toBe('zones.1.name: a name must be text');
});

it('a message that names its field stands as it is', () => {
  expect(describeIssues(fps.safeParse({ fps: 'x' }).error!)).toBe('fps must be a number');
});
