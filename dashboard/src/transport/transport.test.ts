import type { ServerMessage, ViewerMessage } from '@framewire/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionEvents, Subscription, Watch } from './connection.ts';
import { createTransport, type Protocol, type TransportState } from './transport.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const RETRY = 3000;

/** A transport whose connections the test controls: each attempt is recorded. */
function start() {
  const attempts: { by: Protocol; start: Subscription; events: ConnectionEvents; watched: Watch[]; closed: boolean }[] =
    [];
  const states: TransportState[] = [];
  const messages: ServerMessage[] = [];
  const open = (by: Protocol) => (_: URL, start: Subscription, events: ConnectionEvents) => {
    const attempt = { by, start, events, watched: [] as Watch[], closed: false };
    attempts.push(attempt);
    return {
      watch: (cameras: Watch) => void attempt.watched.push(cameras),
      send: (_: ViewerMessage) => {},
      close() {
        attempt.closed = true;
      },
    };
  };
  const transport = createTransport(
    new URL('http://here/'),
    { state: (state) => states.push(state), message: (message) => messages.push(message) },
    { websocket: open('websocket'), events: open('events') },
  );
  return {
    transport,
    attempts,
    messages,
    last: () => attempts.at(-1)!,
    state: () => states.at(-1),
    protocols: () => attempts.map(({ by }) => by),
  };
}

const hello = (cursor: number, resumed = true): ServerMessage => ({ type: 'hello', node_id: 'one', cursor, resumed });
const result = (cursor: number) => ({ type: 'result', cursor }) as ServerMessage;

describe('a connection that is lost', () => {
  it('is retried after three seconds and not before', () => {
    const { attempts, last, state } = start();
    expect(state()).toEqual({ phase: 'connecting', again: false });
    last().events.opened();
    expect(state()).toEqual({ phase: 'open', by: 'websocket' });
    last().events.lost(false);
    expect(state()).toEqual({ phase: 'waiting', retryAt: Date.now() + RETRY });
    vi.advanceTimersByTime(RETRY - 1);
    expect(attempts).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(attempts).toHaveLength(2);
    expect(state()).toEqual({ phase: 'connecting', again: true });
  });

  it('resumes after the last cursor seen, with the cameras watched last', () => {
    const { transport, last } = start();
    expect(last().start).toEqual({ watch: '*', resume: undefined });
    last().events.opened();
    last().events.message(hello(40));
    last().events.message(result(41));
    last().events.message(result(43));
    transport.watch(['door']);
    last().events.lost(false);
    vi.advanceTimersByTime(RETRY);
    expect(last().start).toEqual({ watch: ['door'], resume: 43 });
  });

  it('resumes after the server’s cursor where nothing else was seen, or it could not resume', () => {
    const { last } = start();
    last().events.message(hello(40));
    last().events.lost(false);
    vi.advanceTimersByTime(RETRY);
    expect(last().start.resume).toBe(40);
    last().events.message(hello(7, false));
    last().events.lost(false);
    vi.advanceTimersByTime(RETRY);
    expect(last().start.resume).toBe(7);
  });

  it('keeps its cursor when a replica that lags says hello', () => {
    const { last } = start();
    last().events.message(result(43));
    last().events.message(hello(41, true));
    last().events.lost(false);
    vi.advanceTimersByTime(RETRY);
    expect(last().start.resume).toBe(43);
  });

  it('is closed before the next is opened, and is not tried again once closed by us', () => {
    const { transport, attempts, last } = start();
    last().events.lost(false);
    expect(last().closed).toBe(true);
    transport.close();
    vi.advanceTimersByTime(10 * RETRY);
    expect(attempts).toHaveLength(1);
  });
});

describe('the protocol', () => {
  const fail = ({ last }: ReturnType<typeof start>) => {
    last().events.lost(false);
    vi.advanceTimersByTime(RETRY);
  };

  it('alternates with server-sent events if no WebSocket ever opens', () => {
    const one = start();
    for (let i = 0; i < 5; i++) fail(one);
    expect(one.protocols()).toEqual(['websocket', 'websocket', 'events', 'websocket', 'websocket', 'events']);
  });

  it('stays the same once it was open', () => {
    const one = start();
    fail(one);
    fail(one);
    one.last().events.opened();
    expect(one.state()).toEqual({ phase: 'open', by: 'events' });
    for (let i = 0; i < 4; i++) fail(one);
    expect(new Set(one.protocols().slice(2))).toEqual(new Set(['events']));
  });

  it('is left to reconnect by itself where it does', () => {
    const { attempts, last, state } = start();
    last().events.opened();
    last().events.lost(true);
    vi.advanceTimersByTime(RETRY);
    expect(state()).toMatchObject({ phase: 'open' }); // it may only have been cut, and is back soon
    last().events.opened();
    vi.advanceTimersByTime(10 * RETRY);
    expect(state()).toMatchObject({ phase: 'open' });
    last().events.lost(true);
    vi.advanceTimersByTime(2 * RETRY);
    expect(state()).toMatchObject({ phase: 'waiting' });
    expect(last().closed).toBe(false);
    vi.advanceTimersByTime(10 * RETRY);
    expect(attempts).toHaveLength(1);
    last().events.opened();
    expect(state()).toEqual({ phase: 'open', by: 'websocket' });
  });
});

it('messages and changes of cameras pass through', () => {
  const { transport, last, messages } = start();
  last().events.message(result(1));
  transport.watch([]);
  expect(messages).toEqual([result(1)]);
  expect(last().watched).toEqual([[]]);
});
