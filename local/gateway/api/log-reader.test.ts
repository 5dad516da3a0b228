import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type LogRequest, readLog } from './log-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'framewire-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function logFile(...lines: string[]): string {
  const file = join(folder, `${++files}.log`);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}
const line = (second: number, node_id: string) =>
  JSON.stringify({ time: `2030-01-01T00:00:0${second}.000Z`, node_id, msg: `${second}` });

async function read(file: string, request: Partial<LogRequest> = {}) {
  const lines: string[] = [];
  for await (const { timestamp, instance, text } of readLog(
    file,
    { follow: false, ...request },
    AbortSignal.timeout(5_000),
  ))
    lines.push(`${timestamp.slice(17, 19)} ${instance} ${text.startsWith('{') ? JSON.parse(text).msg : text}`);
  return lines;
}

const three = () => logFile(line(1, 'a'), line(2, 'b'), 'Error: oh', '    at here', line(3, 'a'));

it('a crash belongs to the line before it', async () => {
  expect(await read(three())).toEqual(['01 a 1', '02 b 2', '02 b Error: oh', '02 b     at here', '03 a 3']);
});

it('before any line of ours it is as old as the file', async () => {
  const file = logFile('echo: WRONG: "1"; allowed: nothing');
  utimesSync(file, 0, Date.parse('2030-01-01T00:00:07Z') / 1000);
  expect(await read(file)).toEqual(['07  echo: WRONG: "1"; allowed: nothing']);
});

it('the last lines, those since a moment, those of one replica', async () => {
  expect(await read(three(), { tail: 2 })).toEqual(['02 b     at here', '03 a 3']);
  expect(await read(three(), { since: new Date('2030-01-01T00:00:03Z') })).toEqual(['03 a 3']);
  expect(await read(three(), { instance: 'a', tail: 5 })).toEqual(['01 a 1', '03 a 3']);
});

it('a log that is not there is empty', async () => {
  expect(await read(join(folder, 'none.log'))).toEqual([]);
});

it('a line that comes in pieces is one line, and a log that starts over is read from its start', async () => {
  const file = logFile(line(1, 'a'));
  const ending = new AbortController();
  const lines = readLog(file, { follow: true }, ending.signal);
  const next = async () => (await lines.next()).value?.text;
  expect(await next()).toContain('"1"');
  const second = Buffer.from(line(2, 'é'));
  const cut = second.indexOf(0xa9); // within the letter
  appendFileSync(file, second.subarray(0, cut));
  const coming = next();
  appendFileSync(file, Buffer.concat([second.subarray(cut), Buffer.from('\n')]));
  expect(await coming).toBe(second.toString());
  writeFileSync(file, 'new\n');
  expect(await next()).toBe('new');
  ending.abort();
  expect((await lines.next()).done).toBe(true);
});
