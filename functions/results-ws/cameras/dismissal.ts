import { type CameraChange, type CameraRecord, type CameraView, EXCHANGE, RECORD_TYPE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';

const CONFIRM_MS = 5_000;

/**
 * Forgets a camera that its connector does not know any more, at every replica and after a restart: the stream says so.
 * @returns false where there is no such camera here either. Rejects where the broker does not confirm it.
 */
export type Dismissal = (camera_id: string, by: string) => Promise<boolean>;

export function createDismissal(options: {
  broker: Pick<Broker, 'publish'>;
  cameras: { views(): CameraView[] };
}): Dismissal {
  const { broker, cameras } = options;

  const publish = (type: string, record: { camera_id: string }) =>
    broker.publish({
      exchange: EXCHANGE.results,
      key: record.camera_id,
      content: new TextEncoder().encode(JSON.stringify(record)),
      properties: { type, contentType: 'application/json' },
      timeoutMs: CONFIRM_MS,
    });

  return async function dismiss(camera_id, by) {
    const view = cameras.views().find((one) => one.camera_id === camera_id);
    if (!view) return false;
    const now = Date.now() / 1000;
    const record: CameraRecord = { camera_id, state: 'removed', since: now, timestamp: now, restarts: 0 };
    const name = view.source?.settings?.name;
    const change: CameraChange = { camera_id, action: 'dismissed', by, timestamp: now, ...(name && { name }) };
    await publish(RECORD_TYPE.camera, record);
    await publish(RECORD_TYPE.change, change);
    return true;
  };
}
