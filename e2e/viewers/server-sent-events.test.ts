/** Where no WebSocket passes, as through the gateway: server-sent events, resumed by `Last-Event-ID`. */
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { keepScreenshot } from '../../testkit/browser/launch.ts';
import { readTruth } from '../../testkit/frames/scene.ts';
import { openResultLog, type ResultLog } from '../../testkit/results/result-stream.ts';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import { type EventsViewer, openEventsViewer } from '../../testkit/viewers/server-sent-events.ts';
import { useChromium } from '../browser/use.ts';

const system = inject('system');
const chromium = useChromium();
const results = `${system.gateway}/function/results-ws/`;
let ledger: ResultLog;
beforeAll(async () => {
  ledger = openResultLog(system.amqp);
  await putCamera(system, 'passed-on', { url: 'demo:', fps: 5 });
});
afterAll(async () => {
  await removeCameras(system, 'passed-on');
  await ledger.close();
});

const resultsOf = ({ events }: EventsViewer) =>
  events.flatMap(({ id, message, frame }) => (message.type === 'result' ? [{ id, frame, ...message }] : []));

it('events come through the gateway with their pictures, and go on where they were left', async () => {
  const first = await openEventsViewer(`${results}api/events?cameras=*`);
  expect(first).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/event-stream/) });
  await waitFor('results', () => resultsOf(first).length >= 5, { timeout: 30_000 });
  await first.close();
  const received = resultsOf(first);
  const pictured = received.find(({ frame }) => frame)!;
  expect(readTruth(Buffer.from(pictured.frame!, 'base64'))).toBeDefined();

  const left = received.at(-1)!;
  const behind = ledger.records.length + 5;
  await waitFor('outcomes that nobody receives', () => ledger.records.length >= behind, { timeout: 30_000 });
  const second = await openEventsViewer(`${results}api/events?cameras=*`, { lastEventId: left.id });
  await waitFor('new results', () => resultsOf(second).filter(({ replay }) => !replay).length >= 3, {
    timeout: 30_000,
  });
  await second.close();

  const all = [...received, ...resultsOf(second)].map(({ record }) => record.frame_id);
  await waitFor('the ledger', () => ledger.missing(all).length === 0);
  const ids = [...new Set(ledger.records.map(({ frame_id }) => frame_id))];
  expect(all).toEqual(ids.slice(ids.indexOf(all[0]!), ids.indexOf(all.at(-1)!) + 1));
});

it('the dashboard behind the gateway works at its address without the final slash', async () => {
  const page = await chromium.open(`${system.gateway}/function/results-ws#/frames`);
  await page.getByRole('heading', { name: 'Frames', exact: true }).waitFor();
  expect(page.url()).toBe(`${results}#/frames`);
});

it('the dashboard behind the gateway falls back to events and shows pictures', async () => {
  const page = await chromium.open(results);
  await page.getByText('live, by server-sent events').waitFor();
  const tile = page.getByRole('button', { name: /^passed-on: live/ });
  await tile.waitFor();
  const item = page.getByRole('listitem').filter({ has: tile });
  const canvas = item.locator('canvas');
  const drawn = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  const before = await drawn();
  await waitFor('another picture', async () => (await drawn()) !== before, { timeout: 20_000, every: 200 });
  await item.locator('svg rect').first().waitFor({ state: 'attached' });
  await keepScreenshot(page, 'by-events');
});
