import type { ResultRecord } from '@framewire/contract';
import { createFramePublisher } from '@framewire/runtime/frames';
import { sleep } from '@framewire/runtime/process';
import { silentLog } from '@framewire/runtime/testing';
import { readResults } from '../../testkit/result-stream.ts';
import type { Cluster } from './cluster.ts';

const CAMERA = 'saturating';
/** Frames under way for each replica: more than it takes at once, so that none ever waits for one. */
const UNDER_WAY = 6;

/** As many frames as the replicas can take: each outcome is followed by the next frame. Gives the outcomes of the window. */
export async function saturate(
  { producing, reading }: Cluster,
  jpegs: Uint8Array[],
  { replicas, warmUpMs, windowMs }: { replicas: number; warmUpMs: number; windowMs: number },
): Promise<ResultRecord[]> {
  const frames = createFramePublisher({ broker: producing, log: silentLog });
  const records: ResultRecord[] = [];
  const underWay = new Set<Promise<void>>();
  let running = true;
  let sent = 0;
  const send = () => {
    const jpeg = jpegs[sent++ % jpegs.length]!;
    const frame = frames.number({ camera_id: CAMERA, captured_at: Date.now(), jpeg });
    const work = frames.send(frame, { timeoutMs: 10_000 }).finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const reader = readResults(reading, (record) => {
    if (record.camera_id !== CAMERA) return;
    records.push(record);
    if (running) send();
  });
  await sleep(warmUpMs / 2); // the reader is at the end of the stream by then
  for (let i = 0; i < UNDER_WAY * replicas; i++) send();
  await sleep(warmUpMs / 2);
  records.length = 0;
  await sleep(windowMs);
  const within = records.slice();
  running = false;
  await Promise.all(underWay);
  await reader.stop();
  await frames.close();
  return within;
}
