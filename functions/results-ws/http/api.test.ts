import { type ResultRecord, uuidv7 } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { describe, expect, it } from 'vitest';
import { json, useReplicas } from '../testing/http.ts';
import { view } from '../testing/replica.ts';
import { frame } from '../testing/snapshot.ts';

const system = useReplicas();

describe('the API', () => {
  it('gives the newest outcomes of a camera first', async () => {
    const url = await system.start();
    const ids = [];
    for (let n = 0; n < 3; n++) ids.unshift((await system.producer.result({ camera_id: 'porch' })).frame_id);
    const frames = async (query: string) => (await fetch(`${url}/api/frames?${query}`)).json();
    await waitFor('all', async () => (await frames('camera=porch')).frames.length === 3);
    const answer = await frames('camera=porch&limit=2');
    expect(answer.camera_id).toBe('porch');
    expect(answer.frames.map(({ frame_id }: { frame_id: string }) => frame_id)).toEqual(ids.slice(0, 2));
    const { frame_id } = await system.producer.result({ camera_id: 'porch', topic: 'objects' });
    await waitFor('it', async () => (await frames('camera=porch')).frames.length === 4);
    for (const order of ['newest', 'slowest']) {
      const { topic, frames: found } = await frames(`camera=porch&topic=objects&order=${order}`);
      expect([topic, found.map((one: ResultRecord) => one.frame_id)]).toEqual(['objects', [frame_id]]);
    }
    expect(await json(await fetch(`${url}/api/frames?topic=a.b`))).toMatchObject([400, { code: 'topic' }]);
    expect(await json(await fetch(`${url}/api/frames?limit=0`))).toMatchObject([400, { code: 'limit' }]);
    expect(await json(await fetch(`${url}/api/frames?camera=a/b`))).toMatchObject([400, { code: 'camera' }]);
  });

  it('gives outcomes of a time, page by page', async () => {
    const url = await system.start();
    const sent: ResultRecord[] = [];
    for (let n = 0; n < 5; n++) sent.unshift(await system.producer.result({ camera_id: 'gate' }));
    const get = async (query: string) => (await fetch(`${url}/api/frames?camera=gate&${query}`)).json();
    await waitFor('all', async () => (await get('')).frames.length === 5);
    const ids = (frames: ResultRecord[]) => frames.map(({ frame_id }) => frame_id);
    const pages: string[][] = [];
    for (let next: number | undefined, first = true; first || next !== undefined; first = false) {
      const page = await get(`limit=2${next === undefined ? '' : `&cursor=${next}`}`);
      pages.push(ids(page.frames));
      next = page.next;
    }
    expect(pages).toEqual([0, 2, 4].map((n) => ids(sent.slice(n, n + 2))));
    const { timestamp } = sent[2]!;
    const since = (await get(`from=${timestamp}`)).frames as ResultRecord[];
    expect(ids(since)).toEqual(ids(sent.filter((each) => each.timestamp >= timestamp)));
    const until = (await get(`to=${timestamp}&order=slowest`)).frames as ResultRecord[];
    expect(new Set(ids(until))).toEqual(new Set(ids(sent.filter((each) => each.timestamp <= timestamp))));
    expect(await json(await fetch(`${url}/api/frames?from=${Date.now()}`))).toMatchObject([
      400,
      { code: 'from', error: expect.stringContaining('milliseconds') },
    ]);
    expect(await json(await fetch(`${url}/api/frames?cursor=next`))).toMatchObject([400, { code: 'cursor' }]);
  });

  it('refuses by name what it does not know', async () => {
    const url = await system.start();
    const names =
      'metrics cameras ledger latency status diagnosis incidents/x slo history incidents frames events faults'.split(
        ' ',
      );
    for (const name of [...names, `frames/${uuidv7()}`]) {
      const answer = await json(await fetch(`${url}/api/${name}?since=1`));
      expect([name, ...answer]).toMatchObject([name, 400, { code: 'unknown_parameter' }]);
    }
    expect(await json(await fetch(`${url}/api/incidents?from=1`))).toEqual([
      400,
      { error: 'unknown parameter from; known: limit', code: 'unknown_parameter' },
    ]);
    for (const path of ['api', 'api/', 'api/frame', 'api/frames/1/2'])
      expect(await json(await fetch(`${url}/${path}`))).toMatchObject([404, { code: 'not_found' }]);
  });

  it('gives one frame with its way, and the slowest of the last minutes', async () => {
    const url = await system.start();
    const get = async (path: string) => json(await fetch(`${url}/api/${path}`));
    const sent = [];
    for (const detect of [20, 400, 60]) {
      const { frame_id, stages, timestamp, original_timestamp } = frame({ detect }, { timestamp: Date.now() / 1000 });
      sent.push(await system.producer.result({ camera_id: 'attic', frame_id, stages, timestamp, original_timestamp }));
    }
    await waitFor('all', async () => (await get('frames?camera=attic'))[1].frames.length === 3);
    const [, slowest] = await get('frames?camera=attic&order=slowest');
    expect(slowest.frames.map((each: ResultRecord) => each.stages.detect)).toEqual([400, 60, 20]);
    const [status, answer] = await get(`frames/${sent[1]!.frame_id}`);
    expect([status, answer.record.frame_id]).toEqual([200, sent[1]!.frame_id]);
    expect(answer.stages).toMatchObject({
      publish: 1,
      queue: 2,
      gateway: expect.closeTo(3, 3),
      decode: 3,
      detect: 400,
    });
    expect(answer.slower_than).toBeCloseTo(2 / 3, 5);
    expect(await get(`frames/${uuidv7()}`)).toMatchObject([404, { code: 'no_such_frame' }]);
    expect(await get('frames/7')).toMatchObject([400, { code: 'frame' }]);
    expect(await get('frames?order=oldest')).toMatchObject([400, { code: 'order' }]);
  });

  it('reports how well viewers meet the SLO', async () => {
    const url = await system.start();
    const viewer = await view(url);
    viewer.say({ type: 'drawn', latencies: [60, 70, 900].map((latency) => ({ camera_id: 'door', latency })) });
    const answer = await waitFor('what it drew', async () => {
      const [, now] = await json(await fetch(`${url}/api/slo`));
      return now.frames === 3 && now;
    });
    expect(answer).toMatchObject({
      target: 500,
      objective: 0.99,
      good_ratio: 0.6666,
      cameras: [{ camera_id: 'door', frames: 3 }],
    });
    await viewer.close();
  });

  it('says what holds the system back, and that the charts have no Prometheus', async () => {
    const url = await system.start();
    expect(await json(await fetch(`${url}/api/diagnosis`))).toMatchObject([
      200,
      { state: 'ok', findings: [], gaps: [] },
    ]);
    expect(await json(await fetch(`${url}/api/incidents`))).toMatchObject([200, { incidents: [] }]);
    expect(await json(await fetch(`${url}/api/incidents?limit=0`))).toMatchObject([400, { code: 'limit' }]);
    expect(await json(await fetch(`${url}/api/history?series=rate`))).toMatchObject([503, { code: 'no_prometheus' }]);
  });

  it('serves the dashboard, and says what is not there', async () => {
    const url = await system.start();
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, '<title>page</title>']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const unchanged = await fetch(url, { headers: { 'if-none-match': page.headers.get('etag')! } });
    expect(unchanged.status).toBe(304);
    expect(await json(await fetch(`${url}/../etc/passwd`))).toMatchObject([404, { code: 'not_found' }]);
    expect(await json(await fetch(`${url}/ws/results`))).toMatchObject([400, { code: 'upgrade' }]);
    expect(await json(await fetch(`${url}/api/ingest`, { method: 'POST', body: 'x' }))).toMatchObject([
      404,
      { code: 'no_ingest' },
    ]);
  });
});
