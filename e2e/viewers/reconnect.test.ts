/** results-ws is killed: the page says so and comes back by itself, and nobody who resumes misses an outcome. */
import type { ResultRecord } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { keepScreenshot } from '../../testkit/browser/launch.ts';
import { openResultLog, type ResultLog } from '../../testkit/results/result-stream.ts';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import { processOf } from '../../testkit/system/processes.ts';
import { openRecordingViewer } from '../../testkit/viewers/websocket.ts';
import { recordFrames } from '../browser/received.ts';
import { useChromium } from '../browser/use.ts';

const system = inject('system');
const chromium = useChromium();
let ledger: ResultLog;
beforeAll(async () => {
  ledger = openResultLog(system.amqp);
  await putCamera(system, 'kept', { url: 'demo:', fps: 5 });
});
afterAll(async () => {
  await removeCameras(system, 'kept');
  await ledger.close();
});

const killResults = () => process.kill(processOf(system.data, 'results-ws').pid, 'SIGKILL');

it('the page says that it lost the connection, reconnects, and pictures come again', async () => {
  const page = await chromium.open('about:blank');
  const received = recordFrames(page);
  await page.goto(system.dashboard);
  const header = page.getByRole('banner');
  const tile = page.getByRole('button', { name: /^kept: live/ });
  await tile.waitFor();
  await header.getByText('live', { exact: true }).waitFor();

  killResults();
  await header.getByText('Connection lost.').waitFor();
  await header.getByText(/Reconnecting (in \d s|now)\./).waitFor();
  await header.getByText('not connected', { exact: true }).waitFor();
  await keepScreenshot(page, 'connection-lost');

  const before = received.length;
  await header.getByText('live', { exact: true }).waitFor();
  await waitFor('pictures again', () => received.length > before + 3, { timeout: 30_000 });
  await tile.waitFor();
  await header.getByText('Connection lost.').waitFor({ state: 'detached' });
});

it('a viewer that resumes from its cursor receives each outcome once, whatever it missed', async () => {
  const first = await openRecordingViewer(system.dashboard);
  await waitFor('results', () => first.results.length >= 10, { timeout: 30_000 });
  const begin = first.results[0]!.record.frame_id;

  killResults();
  await first.closed;
  const missed = ledger.records.length + 5;
  await waitFor('outcomes while nobody watches', () => ledger.records.length >= missed, { timeout: 30_000 });

  const resume = first.results.at(-1)!.cursor;
  const second = await waitFor(
    'results-ws again',
    () => openRecordingViewer(system.dashboard, { cameras: '*', resume }),
    {
      timeout: 30_000,
      every: 200,
    },
  );
  await waitFor('new pictures', () => second.results.filter(({ replay }) => !replay).length >= 5, { timeout: 30_000 });
  await second.close();
  expect(second.messages.find(({ type }) => type === 'hello')).toMatchObject({ resumed: true });

  const received = [...first.results, ...second.results];
  const cursors = received.map(({ cursor }) => cursor);
  expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b));
  expect(second.results.filter(({ replay }) => replay).length).toBeGreaterThanOrEqual(5);

  const ids = received.map(({ record }) => record.frame_id);
  await waitFor('the ledger', () => ledger.missing(ids).length === 0);
  expect(ids).toEqual(between(ledger.records, begin, ids.at(-1)!));
});

/** The frames of the ledger from one to another, each once. */
function between(records: ResultRecord[], first: string, last: string): string[] {
  const ids = [...new Set(records.map(({ frame_id }) => frame_id))];
  return ids.slice(ids.indexOf(first), ids.indexOf(last) + 1);
}
