import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStack } from './stack-file.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-stack-'));
  mkdirSync(join(folder, 'bytes'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string, env: Record<string, string> = {}) => {
  const file = join(folder, 'stack.yml');
  writeFileSync(file, text);
  return readStack(file, folder, env);
};
const functions = (...lines: string[]) => ['functions:', '  bytes:', ...lines.map((line) => `    ${line}`)].join('\n');
const BYTES = ['lang: node-hono', 'handler: ./bytes', `image: \${REGISTRY:-docker.io/me}/bytes:\${TAG:-latest}`];

describe('a stack.yml', () => {
  it('is read as faas-cli reads it', () => {
    const [one] = read(
      functions(
        ...BYTES,
        `environment: { LIMIT: 8000, NAME: "\${WHO}", LOUD: true, NONE: \${NONE:-} }`,
        'annotations: { topic: byte_queue }',
        'labels: { com.openfaas.scale.max: "2" }',
        'secrets: [key]',
        'requests: { cpu: 50m }',
      ),
      { TAG: '1', WHO: 'me' },
    );
    expect(one!.folder).toBe(join(folder, 'bytes'));
    expect(one!.deployment).toEqual({
      service: 'bytes',
      image: 'docker.io/me/bytes:1',
      envVars: { LIMIT: '8000', NAME: 'me', LOUD: 'true', NONE: '' },
      annotations: { topic: 'byte_queue' },
      labels: { 'com.openfaas.scale.max': '2' },
      secrets: ['key'],
    });
  });

  it('may be elsewhere: its folders are then seen from where faas-cli would be called', () => {
    const other = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(other, 'stack.yml'), functions(...BYTES));
    expect(readStack(join(other, 'stack.yml'), folder, {})[0]!.folder).toBe(join(folder, 'bytes'));
  });

  it("may be the repository's own", () => {
    const names = readStack(join(ROOT, 'stack.yml'), ROOT, {}).map(({ deployment }) => deployment.service);
    expect(names).toEqual(['detect-faces', 'ingest-frame', 'results-ws']);
  });

  it.each([
    [functions('lang: python3', ...BYTES.slice(1)), 'bytes: lang: only node-hono runs here'],
    [functions(...BYTES.slice(0, 2)), 'bytes: image: is required'],
    [functions('lang: node-hono', 'handler: ./elsewhere', BYTES[2]!), 'bytes: handler: there is no folder'],
    [functions(...BYTES, 'environment_file: [a.yml]'), 'bytes: environment_file: is not read here'],
    [functions(...BYTES, 'labels: { com.openfaas.scale.max: "9" }'), 'bytes: com.openfaas.scale.max is set too high'],
    ['functions: [', 'stack.yml: '],
    ['version: 1.0', 'functions: '],
  ])('%j is one clear line', (text, words) => {
    let message = '';
    try {
      read(text);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain(words);
    expect(message).not.toContain('\n');
  });

  it('that is not there is named', () => {
    expect(() => readStack('/nowhere/stack.yml', '/')).toThrow('/nowhere/stack.yml: there is no such file');
  });
});
