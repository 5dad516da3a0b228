import { within } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import mqtt from 'mqtt';

/** The time between two attempts to connect, and what each may take, milliseconds. */
const RECONNECT_MS = 2_000;
const CONNECT_MS = 10_000;
const KEEP_ALIVE_S = 15;
/** How long a broker's PUBACK is waited for, milliseconds. */
const PUBACK_MS = 8_000;
const GOODBYE_MS = 2_000;

/** One connection to an MQTT broker, which comes back by itself. */
export interface MqttConnection {
  /** Why nothing can be published; undefined while it can. */
  problem(): string | undefined;
  /** Resolves once the broker has taken it (QoS 1). @throws Error for a person. */
  publish(topic: string, payload: string | Uint8Array, options?: { retain?: boolean }): Promise<void>;
  /** Called each time that it is connected. */
  onConnect(listener: () => void): void;
  close(): Promise<void>;
}

/**
 * @param url `mqtt://` or `mqtts://`, with user and password, which are never logged.
 * @param available the topic that says `online` while this process is connected, and `offline` else, by the last will.
 */
export function connectMqtt(options: { url: string; clientId: string; available: string; log: Log }): MqttConnection {
  const { url, clientId, available, log } = options;
  const listeners: (() => void)[] = [];
  let trouble: string | undefined = 'not connected yet';
  const client = mqtt.connect(url, {
    clientId,
    clean: true,
    keepalive: KEEP_ALIVE_S,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_MS,
    queueQoSZero: false,
    resubscribe: false,
    will: { topic: available, payload: Buffer.from('offline'), qos: 1, retain: true },
  });

  client.on('connect', () => {
    trouble = undefined;
    log.info('connected to the MQTT broker');
    client.publish(available, 'online', { qos: 1, retain: true }, ignore);
    for (const listener of listeners) listener();
  });
  client.on('error', (error) => lost(describe(error)));
  client.on('close', () => lost('the MQTT broker closed the connection'));
  client.on('offline', () => lost('the MQTT broker cannot be reached'));

  function lost(why: string): void {
    if (trouble === undefined) log.warn({ why }, 'the connection to the MQTT broker was lost');
    // the first reason says more than that there is no connection
    trouble = trouble === undefined || trouble === 'not connected yet' ? why : trouble;
  }

  return {
    problem: () => trouble,
    onConnect(listener) {
      listeners.push(listener);
    },
    async publish(topic, payload, { retain = false } = {}) {
      if (!client.connected) throw new Error(trouble ?? 'not connected to the MQTT broker');
      const taken = new Promise<void>((resolve, reject) => {
        client.publish(
          topic,
          typeof payload === 'string' ? payload : Buffer.from(payload),
          { qos: 1, retain },
          (error) => (error ? reject(new Error(`the MQTT broker did not take it: ${error.message}`)) : resolve()),
        );
      });
      taken.catch(ignore); // it may fail after nobody waits for it any more
      await within(PUBACK_MS, 'the PUBACK of the MQTT broker', taken);
    },
    async close() {
      if (client.connected)
        await within(
          GOODBYE_MS,
          'the goodbye to the MQTT broker',
          client.publishAsync(available, 'offline', { qos: 1, retain: true }),
        ).catch(ignore);
      await within(GOODBYE_MS, 'the end of the MQTT connection', client.endAsync(true)).catch(ignore);
    },
  };
}

const ignore = () => {};

/** Names neither user nor password: mqtt.js puts neither into its errors. */
function describe(error: Error & { code?: number | string }): string {
  if (error.code === 'ECONNREFUSED') return 'nobody listens at MQTT_URL';
  if (error.code === 'ENOTFOUND') return 'there is no host of the name in MQTT_URL';
  if (error.code === 4 || error.code === 5 || error.code === 134 || error.code === 135)
    return 'the MQTT broker refuses user or password';
  return error.message || 'the MQTT broker cannot be reached';
}
