import { HISTORY, historyAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, startPrometheus, type TestPrometheus } from '../testing/prometheus.ts';
import { createPrometheusClient } from './client.ts';
import { createHistoryApi } from './history-api.ts';

/** A second detection function, from some time on. */
let second = false;
const objects = 'function_name="detect-objects.openfaas-fn"';
const SECOND = [
  `function:queue{queue="frame_queue",function_name="detect-faces.openfaas-fn"} 1`,
  `function:queue{queue="object_queue",${objects}} 1`,
  'rabbitmq_queue_messages{queue="object_queue"} 60',
  'rabbitmq_queue_messages{queue="dead_frames"} 3',
  `function:drain_seconds{${objects}} 6`,
  `function:replicas{${objects}} 1`,
  `function:load_replicas{${objects}} 9`,
  `function:utilisation{${objects}} 0.95`,
];

/** A small system's metrics, so many seconds after its start: 20 frames a second, one of ten of them late. */
function exposition(t: number): string {
  const histogram = (name: string, labels: string) => [
    `${name}_bucket{${labels}le="0.05"} ${t * 18}`,
    `${name}_bucket{${labels}le="0.1"} ${t * 20}`,
    `${name}_bucket{${labels}le="+Inf"} ${t * 20}`,
    `${name}_count{${labels}} ${t * 20}`,
    `${name}_sum{${labels}} ${t * 20 * 0.04}`,
  ];
  const of = 'function_name="detect-faces.openfaas-fn"';
  return [
    `cv_frames_processed_total{node_id="a"} ${t * 20}`,
    `cv_results_seen_total{outcome="detected"} ${t * 20}`,
    `cv_results_seen_total{outcome="expired"} ${t * 2}`,
    ...histogram('cv_processing_seconds', 'node_id="a",'),
    ...histogram('cv_stage_seconds', 'stage="decode",'),
    ...histogram('cv_stage_seconds', 'stage="detect",'),
    ...histogram('cv_end_to_end_latency_seconds', ''),
    'rabbitmq_queue_messages{queue="frame_queue"} 7',
    `function:drain_seconds{${of}} 0.3`,
    `function:replicas{${of}} 2`,
    `function:load_replicas{${of}} 1.4`,
    `function:utilisation{${of}} 0.6`,
    `process_cpu_seconds_total ${t * 0.5}`,
    'process_resident_memory_bytes 1e8',
    'cv_pressure_ratio{node_id="a",resource="cpu"} 0.4',
    'cv_pressure_ratio{node_id="a",resource="io"} 0.1',
    `cv_frames_drawn_total{camera_id="door",good="true"} ${t * 9}`,
    `cv_frames_drawn_total{camera_id="door",good="false"} ${t}`,
    'cv_slo_objective_ratio 0.99',
    'cv_zone_occupancy{camera_id="door",zone="mat"} 2',
    'cv_zone_occupancy{camera_id="yard",zone="gate"} 1',
    'cv_line_crossings_total{camera_id="door",line="sill",direction="in"} 5',
    'cv_line_crossings_total{camera_id="door",line="sill",direction="out"} 3',
    ...(second ? SECOND : []),
    '',
  ].join('\n');
}

describe.skipIf(!installed)('charts, from a real Prometheus (needs prometheus)', () => {
  let prometheus: TestPrometheus;
  beforeAll(async () => {
    const began = Date.now();
    prometheus = await startPrometheus(() => exposition((Date.now() - began) / 1000));
  });
  afterAll(() => prometheus.remove());

  it('draw every name, a line for each thing that it tells apart, and gaps before there was anything', async () => {
    const charts = createHistoryApi(createPrometheusClient(prometheus.url));
    const ask = async () => {
      const now = Date.now() / 1000;
      return historyAnswer.parse(await charts.answer({ from: `${now - 300}`, to: `${now}` }));
    };
    const newest = (answer: Awaited<ReturnType<typeof ask>>) =>
      Object.fromEntries(
        answer.series.map(({ name, label, points }) => [[name, label].filter(Boolean).join(' '), points.at(-1)![1]]),
      );
    // a rate takes some scrapes until it is right
    const settled = await waitFor(
      'a rate',
      async () => {
        const values = newest(await ask());
        return (values.rate ?? 0) > 15 && values['slo good'] && values;
      },
      { timeout: 40_000, every: 1_000 },
    );
    expect(settled).toMatchObject({
      rate: expect.closeTo(20, -1),
      'outcomes detected': expect.closeTo(20, -1),
      'outcomes expired': expect.closeTo(2, 0),
      'latency p50': expect.closeTo(0.028, 2),
      'latency p95': expect.closeTo(0.075, 2),
      'stages decode': expect.closeTo(0.04, 3),
      'stages detect': expect.closeTo(0.04, 3),
      'end_to_end p50': expect.closeTo(0.028, 2),
      queue: 7,
      drain: 0.3,
      'replicas needed': 1.4,
      'replicas ready': 2,
      utilisation: 0.6,
      'cpu target': expect.closeTo(0.5, 0),
      'memory target': 1e8,
      'pressure cpu a': expect.closeTo(0.4, 5),
      'pressure io a': expect.closeTo(0.1, 5),
      'slo objective': 0.99,
      'slo good': expect.closeTo(0.9, 2),
      'occupancy door mat': 2,
      'occupancy yard gate': 1,
      'crossings door sill in': 5,
      'crossings door sill out': 3,
    });
    const { series, step } = await ask();
    expect(new Set(series.map(({ name }) => name))).toEqual(new Set(HISTORY));
    expect(step).toBe(2);
    for (const { points } of series) {
      expect(points.length).toBeGreaterThanOrEqual(150);
      expect(points[0]![1]).toBeNull();
    }
  }, 90_000);

  it('draw the zones and lines of one camera by their own names', async () => {
    const charts = createHistoryApi(createPrometheusClient(prometheus.url));
    const { series } = await charts.answer({ series: 'occupancy,crossings', camera: 'door' });
    expect(series.map(({ name, label, points }) => [name, label, points.at(-1)![1]])).toEqual([
      ['occupancy', 'mat', 2],
      ['crossings', 'sill in', 5],
      ['crossings', 'sill out', 3],
    ]);
  });

  it('draw a line for each function and queue where there are several', async () => {
    const charts = createHistoryApi(createPrometheusClient(prometheus.url));
    second = true;
    const lines = await waitFor(
      'both',
      async () => {
        const { series } = await charts.answer({ series: 'queue,drain,replicas,utilisation' });
        const found = series.map(({ name, label, points }) => [`${name} ${label ?? ''}`, points.at(-1)![1]]);
        return found.length === 10 && Object.fromEntries(found);
      },
      { timeout: 40_000, every: 1_000 },
    );
    expect(lines).toEqual({
      'queue frame_queue': 7,
      'queue object_queue': 60,
      'drain detect-faces': 0.3,
      'drain detect-objects': 6,
      'replicas needed detect-faces': 1.4,
      'replicas needed detect-objects': 9,
      'replicas ready detect-faces': 2,
      'replicas ready detect-objects': 1,
      'utilisation detect-faces': 0.6,
      'utilisation detect-objects': 0.95,
    });
    second = false;
  }, 60_000);

  it('have 600 points at most, whatever the range, and the newest is of now', async () => {
    const charts = createHistoryApi(createPrometheusClient(prometheus.url));
    const now = Math.floor(Date.now() / 1000);
    for (const range of [60, 3_600, 86_400, 20 * 86_400]) {
      const answer = await charts.answer({ from: `${now - range}`, to: `${now}`, series: 'queue' });
      expect(answer.series[0]!.points.length).toBeLessThanOrEqual(600);
      expect(answer.series[0]!.points.at(-1)![1]).toBe(7);
      expect((answer.to - answer.from) % answer.step).toBe(0);
    }
  });

  it('say so where Prometheus is away', async () => {
    const charts = createHistoryApi(createPrometheusClient('http://127.0.0.1:1'));
    await expect(charts.answer({ series: 'rate' })).rejects.toMatchObject({ status: 503, code: 'no_prometheus' });
  });
});

it.each([
  ['from', { from: 'yesterday' }],
  ['range', { from: '200', to: '100' }],
  ['range', { from: '1', to: '1700000000' }],
  ['series', { series: 'rate,weather' }],
  ['camera', { series: 'occupancy', camera: 'a"} or up' }],
])('a query that means nothing is refused: %s %j', async (code, query) => {
  await expect(createHistoryApi(undefined).answer(query)).rejects.toMatchObject({ status: 400, code });
});
