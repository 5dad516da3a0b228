/** Every query of the Grafana boards, against the Prometheus of a running system: each is understood, and each finds something. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { query } from '../../testkit/clients/prometheus.ts';
import { createScene } from '../../testkit/frames/scene.ts';
import { postFrame, putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import { ROOT } from '../../testkit/system/paths.ts';
import { openRecordingViewer, type RecordingViewer } from '../../testkit/viewers/websocket.ts';

interface Board {
  panels: { title: string; targets?: { expr: string }[] }[];
  templating: { list: { type: string; query: string }[] };
}

const system = inject('system');
const CAMERA = 'boards';
const folder = join(ROOT, 'prometheus', 'grafana');
const boards = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Board] => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]);

/** As Grafana fills it in. */
const filledIn = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$camera', '.*');

let viewer: RecordingViewer;
let drawing: NodeJS.Timeout;
beforeAll(async () => {
  await putCamera(system, CAMERA, { url: 'demo:', fps: 4 });
  viewer = await openRecordingViewer(system.dashboard);
  // some of its pictures are late
  drawing = setInterval(
    () => viewer.send({ type: 'drawn', latencies: [80, 900].map((latency) => ({ camera_id: CAMERA, latency })) }),
    500,
  );
  await postFrame(system, CAMERA, await createScene(CAMERA).draw(0));
});
afterAll(async () => {
  clearInterval(drawing);
  await viewer.close();
  await removeCameras(system, CAMERA);
});

describe.each(boards)('%s', (_, board) => {
  const queries = board.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  );

  it.each(queries)('%s: %s', async (_title, expr) => {
    // a quantile is not a number until something was measured within its range
    await waitFor(
      `a number for ${expr}`,
      async () => {
        const found = await query(system.prometheus, filledIn(expr));
        return found.length > 0 && found.every(({ value }) => Number.isFinite(value));
      },
      { timeout: 150_000, every: 1_000 },
    );
  });

  it('its variables have values', async () => {
    for (const { type, query: text } of board.templating.list) {
      const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(text) ?? [];
      if (type !== 'query') expect(text).toBe('prometheus');
      else expect((await query(system.prometheus, `count by (${label}) (${metric})`)).length).toBeGreaterThan(0);
    }
  });
});
