import { DEFAULT_TOPIC, EXCHANGE, encodeFrame, RECORD_TYPE, type ResultRecord, uuidv7 } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';

/** Takes the place of cameras, connector and detector: publishes frames for viewers, and a result right behind each. */
export function startShownFrames(options: { amqp: string; camera: string; rate: number; jpeg: Uint8Array; log: Log }): {
  stop(): Promise<void>;
} {
  const { amqp, camera, rate, jpeg, log } = options;
  const broker = createBroker({ url: amqp, name: 'bench', log });
  const timer = setInterval(async () => {
    const captured_at = Date.now();
    const frame_id = uuidv7(captured_at);
    const { content, ...properties } = encodeFrame({ frame_id, camera_id: camera, captured_at, jpeg });
    const record: ResultRecord = {
      frame_id,
      camera_id: camera,
      topic: DEFAULT_TOPIC,
      outcome: 'detected',
      detections: [{ x: 100, y: 100, w: 120, h: 140, score: 0.9 }],
      image: { width: 640, height: 480 },
      timestamp: captured_at / 1000,
      original_timestamp: captured_at / 1000,
      stages: { captured_at },
    };
    try {
      await broker.publish({
        exchange: EXCHANGE.watchedFrames,
        key: `seen.${camera}`,
        content,
        properties: { ...properties, persistent: false, mandatory: false },
        timeoutMs: 5_000,
      });
      await broker.publish({
        exchange: EXCHANGE.results,
        key: camera,
        content: Buffer.from(JSON.stringify(record)),
        properties: { type: RECORD_TYPE.result, contentType: 'application/json', messageId: frame_id },
        timeoutMs: 5_000,
      });
    } catch (error) {
      log.warn({ err: error }, 'a frame was not published');
    }
  }, 1000 / rate);
  return {
    async stop() {
      clearInterval(timer);
      await broker.close();
    },
  };
}
