import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/testkit';
import { produceByAmqp, produceByHttp } from '../../testkit/load/producers.ts';
import { createOracle, type OracleReport } from '../../testkit/oracle/oracle.ts';
import { readResults } from '../../testkit/results/result-stream.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';
import type { Cluster } from './cluster.ts';

/** The routes into the system, by the camera ids that they use. */
const ROUTES = ['by-amqp', 'by-http'] as const;
/** Frames a second by each of them: well below what one replica serves, so that none is refused for want of room. */
const RATE = 5;
/** An account of fewer frames would say little, where what was disturbed is back at once. */
const MIN_FRAMES = 40;
/** As long as it may take until frames flow again, and until the last has its outcome, milliseconds. */
const PATIENCE_MS = 120_000;

/** Frames by AMQP and by HTTP, and a viewer at a WebSocket, while something is done to the system; then the account is closed. */
export async function underLoad(
  { producing, reading, gateway, results, keys }: Cluster,
  jpegs: Uint8Array[],
  disturb: (flowing: () => Promise<void>) => Promise<void>,
): Promise<OracleReport & { refused: number }> {
  const oracle = createOracle();
  const newest = new Map<string, number>();
  let numbered: string | undefined;
  let frames = 0;
  const reader = readResults(reading, (record) => {
    if (!isOurs(record.camera_id)) return;
    // ingest-frame numbers its frames from its own start on, not from that of this account
    oracle.recorded(record.source === numbered ? record : { ...record, source: undefined, seq: undefined });
  });
  const viewer = openViewer(
    results,
    ({ record }) => {
      if (!isOurs(record.camera_id)) return;
      oracle.shown(record);
      frames++;
      newest.set(record.camera_id, Math.max(newest.get(record.camera_id) ?? 0, record.original_timestamp * 1000));
    },
    keys.results,
  );
  await viewer.connected;
  const load = { rate: RATE, jpegs, oracle };
  const byAmqp = produceByAmqp({ ...load, camera: ROUTES[0], broker: producing, log: silentLog });
  numbered = byAmqp.source;
  const byHttp = produceByHttp({ ...load, camera: ROUTES[1], gateway, key: keys.ingest });

  /** Resolves once each route has shown a frame that was captured later than this was asked. */
  const flowing = async () => {
    const since = Date.now();
    const flow = () => ROUTES.every((route) => (newest.get(route) ?? 0) > since);
    await waitFor('frames to flow by each route', flow, { timeout: PATIENCE_MS, every: 20 });
  };
  try {
    await flowing();
    await disturb(flowing);
    await waitFor('enough frames', () => frames >= MIN_FRAMES, { timeout: PATIENCE_MS, every: 20 });
    await flowing();
  } finally {
    await Promise.all([byAmqp.stop(), byHttp.stop()]);
  }
  const settled = () => oracle.waiting() === 0 && oracle.unseen() === 0;
  await waitFor('outcomes', settled, { timeout: PATIENCE_MS }).catch(() => {}); // the report says which are missing
  const report = oracle.close((source) => source === byAmqp.source);
  await viewer.close();
  await reader.stop();
  return { ...report, refused: byHttp.refused };
}

const isOurs = (camera: string) => (ROUTES as readonly string[]).includes(camera);
