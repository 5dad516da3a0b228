import { waitFor } from '@framewire/runtime/process';
import { silentLog } from '@framewire/runtime/testing';
import { produceByAmqp, produceByHttp } from '../../testkit/load/producers.ts';
import { createLedger, type Verdict } from '../../testkit/oracle/oracle.ts';
import { readResults } from '../../testkit/result-stream.ts';
import { openViewer } from '../../testkit/viewers/websocket.ts';
import type { Cluster } from './cluster.ts';

/** The ways into the system, by the camera ids that they use. */
const WAYS = ['by-amqp', 'by-http'] as const;
/** Frames a second by each of them: well below what one replica serves, so that none is refused for want of room. */
const RATE = 5;
/** As long as it may take until frames flow again, and until the last has its outcome, milliseconds. */
const PATIENCE_MS = 120_000;

/** Frames by AMQP and by HTTP, and a viewer at a WebSocket, while something is done to the system; then the account is closed. */
export async function underLoad(
  { producing, reading, gateway, results, keys }: Cluster,
  jpegs: Uint8Array[],
  disturb: (flowing: () => Promise<void>) => Promise<void>,
): Promise<Verdict & { refused: number }> {
  const ledger = createLedger();
  const newest = new Map<string, number>();
  let numbered: string | undefined;
  const reader = readResults(reading, (record) => {
    if (!isOurs(record.camera_id)) return;
    // ingest-frame numbers its frames from its own start on, not from that of this account
    ledger.recorded(record.source === numbered ? record : { ...record, source: undefined, seq: undefined });
  });
  const viewer = openViewer(
    results,
    ({ record }) => {
      if (!isOurs(record.camera_id)) return;
      ledger.shown(record);
      newest.set(record.camera_id, Math.max(newest.get(record.camera_id) ?? 0, record.original_timestamp * 1000));
    },
    keys.results,
  );
  await viewer.connected;
  const load = { rate: RATE, jpegs, ledger };
  const byAmqp = produceByAmqp({ ...load, camera: WAYS[0], broker: producing, log: silentLog });
  numbered = byAmqp.source;
  const byHttp = produceByHttp({ ...load, camera: WAYS[1], gateway, key: keys.ingest });

  /** Resolves once each way has shown a frame that was captured later than this was asked. */
  const flowing = async () => {
    const since = Date.now();
    const flow = () => WAYS.every((way) => (newest.get(way) ?? 0) > since);
    await waitFor('frames to flow by each way', flow, { timeout: PATIENCE_MS, every: 20 });
  };
  try {
    await flowing();
    await disturb(flowing);
    await flowing();
  } finally {
    await Promise.all([byAmqp.stop(), byHttp.stop()]);
  }
  const settled = () => ledger.waiting() === 0 && ledger.unseen() === 0;
  await waitFor('outcomes', settled, { timeout: PATIENCE_MS }).catch(() => {}); // the verdict says which are missing
  const verdict = ledger.close((source) => source === byAmqp.source);
  await viewer.close();
  await reader.stop();
  return { ...verdict, refused: byHttp.refused };
}

const isOurs = (camera: string) => (WAYS as readonly string[]).includes(camera);
