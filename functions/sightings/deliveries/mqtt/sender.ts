import type { Sender } from '../sender.ts';
import type { MqttConnection } from './connection.ts';

/** Publishes notifications to a topic; delivered once the broker has taken them. */
export const createMqttSender = (
  connection: Pick<MqttConnection, 'publish'> | undefined,
): Sender<{ topic: string }> => ({
  async send(event, { topic }) {
    if (!connection) return { ok: false, reason: 'MQTT_URL is not set', final: true };
    try {
      await connection.publish(topic, JSON.stringify(event));
      return { ok: true, message: `the MQTT broker took it under ${topic}` };
    } catch (error) {
      return { ok: false, reason: (error as Error).message };
    }
  },
});
