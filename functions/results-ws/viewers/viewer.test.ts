import { DEFAULT_TOPIC, type ResultRecord, type ServerMessage, uuidv7 } from '@framewire/contract';
import { sleep, waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { expect, it } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { createHistory } from '../stream/history.ts';
import { createReplayCache } from './replay-cache.ts';
import type { Transport } from './transport.ts';
import { createViewer } from './viewer.ts';

const CATCH_UP_MS = 1_000;
const recorded = (timestamp: number): ResultRecord => ({
  frame_id: uuidv7(),
  camera_id: 'door',
  topic: DEFAULT_TOPIC,
  outcome: 'detected',
  detections: [],
  timestamp,
  original_timestamp: timestamp,
  stages: {},
});

/** A viewer that resumes at cursor 20, over a history that is still being read: an outcome each 100 ms. */
async function resumeAtTwenty(timestamp: () => number) {
  const sent: ServerMessage[] = [];
  const pushed: number[] = [];
  const connection: Transport = {
    protocol: 'websocket',
    buffered: 0,
    send: (message) => void sent.push(message as ServerMessage),
    sendResult: ({ cursor }) => void pushed.push(cursor),
    close() {},
  };
  const history = createHistory();
  const viewer = createViewer({
    connection,
    node_id: 'test',
    history,
    live: Promise.resolve(),
    replays: createReplayCache(),
    metrics: createMetrics(createRegistry()),
    log: silentLog,
    catchUpMs: CATCH_UP_MS,
  });
  viewer.watch({ cameras: '*' });
  const begun = viewer.begin(20);
  for (let cursor = 0; cursor <= 22; cursor++) {
    history.add({ cursor, record: recorded(timestamp()) });
    await sleep(100);
  }
  await begun;
  const hello = await waitFor('hello', () => sent.find(({ type }) => type === 'hello'));
  viewer.end();
  return { hello, pushed };
}

it('a viewer that resumes at a replica which is slow to read the past waits for it, and gets nothing twice', async () => {
  const { hello, pushed } = await resumeAtTwenty(() => 1);
  expect(hello).toMatchObject({ resumed: true, cursor: 20 });
  expect(pushed.every((cursor) => cursor > 20)).toBe(true);
});

it('a cursor that the present does not get to soon was another stream', async () => {
  const { hello } = await resumeAtTwenty(() => Date.now() / 1000 + 1);
  expect(hello).toMatchObject({ resumed: false });
});
