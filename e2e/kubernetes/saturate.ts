import type { ResultRecord } from '@framewire/contract';
import { createFramePublisher } from '@framewire/runtime/frames';
import { sleep } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { createEnds, startClosedLoad } from '../../testkit/load/closed.ts';
import { readResults } from '../../testkit/results/result-stream.ts';
import type { Cluster } from './cluster.ts';

const CAMERA = 'saturating';
/** Frames in flight for each replica: more than it takes at once, so that none ever waits for one. */
const IN_FLIGHT = 6;

/** As many frames as the replicas can take: each outcome is followed by the next frame. Gives the outcomes of the window. */
export async function saturate(
  { producing, reading }: Cluster,
  jpegs: Uint8Array[],
  { replicas, warmUpMs, windowMs }: { replicas: number; warmUpMs: number; windowMs: number },
): Promise<ResultRecord[]> {
  const frames = createFramePublisher({ broker: producing, log: silentLog });
  const records: ResultRecord[] = [];
  const ends = createEnds();
  const reader = readResults(reading, (record) => {
    if (record.camera_id !== CAMERA) return;
    records.push(record);
    ends.end();
  });
  await sleep(warmUpMs / 2); // the reader is at the end of the stream by then
  const load = startClosedLoad(IN_FLIGHT * replicas, async (number) => {
    const ended = ends.wait();
    const jpeg = jpegs[number % jpegs.length]!;
    await frames.send(frames.number({ camera_id: CAMERA, captured_at: Date.now(), jpeg }), { timeoutMs: 10_000 });
    await ended;
  });
  await sleep(warmUpMs / 2);
  records.length = 0;
  await sleep(windowMs);
  const within = records.slice();
  await load.stop();
  await reader.stop();
  await frames.close();
  return within;
}
