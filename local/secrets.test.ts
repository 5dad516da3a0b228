import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepSecrets, readSecrets } from './secrets.ts';

let data: string;
let file: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'framewire-secrets-'));
  file = join(data, 'secrets.json');
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

describe('secrets.json', () => {
  it('is made by the first start and kept by later ones, for its owner alone', () => {
    const made = keepSecrets(data);
    expect(keepSecrets(data)).toEqual(made);
    expect(readSecrets(data)).toEqual(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(data)).toEqual(['secrets.json']);
  });

  it('of an earlier version is completed, and what stood there stays', () => {
    writeFileSync(file, JSON.stringify({ gateway: 'old', broker: { ingest: 'older' } }));
    const { gateway, broker } = keepSecrets(data);
    expect([gateway, broker.ingest]).toEqual(['old', 'older']);
    expect(broker.admin.length).toBeGreaterThan(20);
    expect(readSecrets(data).broker).toEqual(broker);
  });

  it('that is an empty object is completed too', () => {
    writeFileSync(file, '{}');
    expect(keepSecrets(data)).toEqual(readSecrets(data));
  });

  it.each([
    ['is empty', ''],
    ['is not JSON (13 bytes)', '{"gateway": "'],
    ['is not what it should be (gateway: ', '{"gateway": 7}'],
    ['is not what it should be (', '{"gateway": "a", "broker": []}'],
    ['is not what it should be (', 'null'],
  ])('that %s is one line that names it, and is left as it is', (words, text) => {
    writeFileSync(file, text);
    for (const read of [keepSecrets, readSecrets]) {
      const message = messageOf(() => read(data));
      expect(message.startsWith(`${file} ${words}`)).toBe(true);
      expect(message).not.toContain('\n');
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('that no start has made yet is named to whoever wants to read it', () => {
    expect(messageOf(() => readSecrets(data))).toBe(
      `${file} is not there: npm start makes it; --data FOLDER names another data folder`,
    );
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it did not throw');
}
