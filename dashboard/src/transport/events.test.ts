import { uuidv7 } from '@framewire/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openEvents } from './events.ts';

/** A minimal EventSource; Node has none. */
class Source {
  static CONNECTING = 0;
  readyState = 1;
  closed = false;
  onopen = () => {};
  onerror = () => {};
  onmessage = (_: { data: string }) => {};
  constructor(readonly address: URL) {
    sources.push(this);
  }
  close() {
    this.closed = true;
  }
}
let sources: Source[];

beforeEach(() => {
  sources = [];
  vi.stubGlobal('EventSource', Source);
});
afterEach(() => vi.unstubAllGlobals());

const page = new URL('https://here/function/results-ws/');
const event = (cursor: number, frame?: string) => ({
  data: JSON.stringify({
    type: 'result',
    cursor,
    sent_at: 3,
    frame,
    record: { frame_id: uuidv7(), camera_id: 'door', outcome: 'detected', timestamp: 2, original_timestamp: 1 },
  }),
});

function open(watch: '*' | string[] = '*', resume?: number) {
  const events = { opened: vi.fn(), message: vi.fn(), lost: vi.fn() };
  return { connection: openEvents(page, { watch, resume }, events), ...events };
}

it('asks for the cameras, after the last cursor, relative to the page', () => {
  open(['door', 'yard'], 41);
  expect(sources[0]!.address.href).toBe('https://here/function/results-ws/api/events?cameras=door%2Cyard&resume=41');
});

it('brings a result with its picture from base64', () => {
  const { message } = open();
  sources[0]!.onmessage(event(5, btoa('\xff\xd8\x01')));
  sources[0]!.onmessage(event(6));
  expect([...message.mock.calls[0]![1]]).toEqual([0xff, 0xd8, 1]);
  expect(message.mock.calls[1]).toMatchObject([{ type: 'result', cursor: 6 }, undefined]);
});

it('a change of cameras is a new request after the last cursor seen', () => {
  const { connection } = open();
  sources[0]!.onmessage(event(5));
  connection.watch([]);
  expect(sources.map(({ closed }) => closed)).toEqual([true, false]);
  expect(sources[1]!.address.search).toBe('?cameras=&resume=5');
});

it('reports whether the browser reconnects by itself', () => {
  const { lost } = open();
  sources[0]!.readyState = 0;
  sources[0]!.onerror();
  sources[0]!.readyState = 2;
  sources[0]!.onerror();
  expect(lost.mock.calls).toEqual([[true], [false]]);
});
