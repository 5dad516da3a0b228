import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';

/**
 * A detector that sleeps instead of computing, one frame at a time, and finds nothing: it answers and exposes metrics as detect-faces
 * does, so that the same rules scale it, and the machine is left alone.
 */
const app = new Hono();

const { SLEEP_MS = '100', HOSTNAME: node_id = 'sleeper' } = process.env;
const detector = `sleep ${SLEEP_MS} ms`;
const image = { width: 640, height: 480 };
let last = Promise.resolve();
let frames = 0;
let seconds = 0;

app.post('/', async (c) => {
  await c.req.arrayBuffer();
  const came = performance.now();
  let began = came;
  const done = last.then(() => {
    began = performance.now();
    return sleep(Number(SLEEP_MS));
  });
  last = done;
  await done;
  const detect = performance.now() - began;
  frames++;
  seconds += detect / 1000;
  return c.json({ detections: [], image, node_id, detector, stages: { wait: began - came, decode: 0, detect } });
});

app.get('/metrics', (c) =>
  c.text(`\
cv_detector_workers 1
cv_frames_processed_total{node_id="${node_id}"} ${frames}
cv_processing_seconds_sum{node_id="${node_id}"} ${seconds}
cv_processing_seconds_count{node_id="${node_id}"} ${frames}
`),
);

export default app;
