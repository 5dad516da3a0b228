import { createLruMap } from '@framewire/runtime/process';
import type { Entry } from '../stream/history.ts';
import { createResultMessage, type ResultMessage } from './result-message.ts';

/** Held for viewers that get the same at about the same time. */
const MAX_HELD = 4_000;
/** After this time the `sent_at` of an encoded message is too old. Milliseconds. */
const FRESH_MS = 10_000;

/** Messages for viewers that catch up: encoded once, and held in memory once, for all that come back together. */
export function createReplayCache(clock: () => number = Date.now): (entry: Entry) => ResultMessage {
  const held = createLruMap<number, { message: ResultMessage; at: number }>(MAX_HELD);
  return (entry) => {
    const there = held.peek(entry.cursor);
    const now = clock();
    if (there && there.message.record === entry.record && now - there.at < FRESH_MS) return there.message;
    const message = createResultMessage({ ...entry, replay: true });
    held.set(entry.cursor, { message, at: now });
    return message;
  };
}
