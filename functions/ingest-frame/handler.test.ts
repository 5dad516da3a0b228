import { beginTrace, ingestAnswer, writeTraceparent } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { beforeAll, describe, expect, it } from 'vitest';
import { jpeg } from './testing/ingest.ts';
import { useIngest } from './testing/refusals.ts';

const { post, queue, url } = useIngest();
beforeAll(() => queue().take());

const arrived = (frame_id: string) =>
  waitFor('the frame in the queue', () => queue().frames.find((frame) => frame.frame_id === frame_id));

async function accepted(response: Response) {
  expect(response.status, await response.clone().text()).toBe(202);
  return ingestAnswer.parse(await response.json());
}

describe('a picture that is taken', () => {
  it('is in the queue, byte for byte', async () => {
    const pictures = Array.from({ length: 20 }, (_, n) => jpeg(`picture ${n}`, n * 5_000));
    const answers = await Promise.all(pictures.map(async (picture) => accepted(await post(picture))));
    for (const [n, { frame_id }] of answers.entries()) {
      expect(Buffer.compare((await arrived(frame_id)).jpeg, pictures[n]!)).toBe(0);
    }
    const seqs = queue()
      .frames.map(({ seq }) => seq!)
      .sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('bears what the address says of it', async () => {
    const captured = Date.now() - 500;
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const query = `?camera=door-1&captured_at=${captured}&deadline_ms=60000`;
    const answer = await accepted(await post(jpeg(), query, { traceparent: trace, 'content-type': 'image/jpeg' }));
    expect(answer.camera_id).toBe('door-1');
    expect(await arrived(answer.frame_id)).toMatchObject({
      camera_id: 'door-1',
      captured_at: captured,
      deadline_ms: captured + 60_000,
      traceparent: trace,
    });
  });

  it('takes camera default, the present moment, no deadline and a new trace by default', async () => {
    const before = Date.now();
    const { frame_id } = await accepted(await post(jpeg()));
    const frame = await arrived(frame_id);
    expect(frame).toMatchObject({ camera_id: 'default' });
    expect(frame).not.toHaveProperty('deadline_ms');
    expect(frame.captured_at).toBeGreaterThanOrEqual(before);
    expect(frame.traceparent).toBe(writeTraceparent(beginTrace(frame_id)));
  });

  it('may be the first file of a form, and dated by ISO 8601', async () => {
    const form = new FormData();
    form.set('picture', new Blob([jpeg('form')]), 'photo.jpg');
    const captured = new Date(Date.now() - 1_000).toISOString().replace('Z', '+00:00');
    const { frame_id } = await accepted(await post(form, `?camera=hall&captured_at=${captured}`));
    const frame = await arrived(frame_id);
    expect(frame.captured_at).toBe(Date.parse(captured));
    expect(Buffer.compare(frame.jpeg, jpeg('form'))).toBe(0);
  });

  it('is counted by its outcome, and by its bytes', async () => {
    const text = await (await fetch(`${url()}metrics`)).text();
    expect(text).toMatch(/ingest_frames_total\{outcome="accepted"\} 2\d/);
    expect(text).toMatch(/ingest_request_seconds_count\{outcome="accepted"\} 2\d/);
    expect(text).toMatch(/ingest_bytes_total [1-9]/);
  });
});
