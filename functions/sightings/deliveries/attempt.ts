import type { CloudEvent } from '@framewire/contract';
import { type KeptTarget, topicOf } from '../rules/kept-rule.ts';
import type { Rules } from '../rules/rules.ts';
import type { MqttConnection } from './mqtt/connection.ts';
import { EVENTS_TOPIC } from './mqtt/topics.ts';
import type { Claimed } from './outbox.ts';
import type { Attempt, Sender } from './sender.ts';
import type { Webhook } from './webhook/send.ts';

export interface Senders {
  webhook: Sender<Webhook>;
  mqtt: Sender<{ topic: string }>;
  browser: Sender<unknown>;
}

/** Sends to a target as its rule says at this moment, so that a wrong address can be put right while something waits. */
export function sendTo(senders: Senders, rule: string, target: KeptTarget, event: CloudEvent): Promise<Attempt> {
  switch (target.type) {
    case 'webhook': {
      const { url, secret, authorization, picture } = target;
      return senders.webhook.send(event, {
        url,
        picture,
        ...(secret != null && { secret }),
        ...(authorization != null && { authorization }),
      });
    }
    case 'mqtt':
      return senders.mqtt.send(event, { topic: topicOf(rule, target) });
    default:
      return senders.browser.send(event, undefined);
  }
}

/** Attempts what the outbox holds. */
export function createAttempt(options: {
  rules: Rules;
  senders: Senders;
  /** What mirrors sightings to MQTT; undefined where there is none. */
  mqtt: Pick<MqttConnection, 'publish'> | undefined;
}): (claimed: Claimed) => Promise<Attempt> {
  const { rules, senders, mqtt } = options;

  return async function attempt({ rule_id, target_id, event }) {
    if (rule_id === '') return mirror(mqtt, event);
    const rule = await rules.find(rule_id);
    const target = rule?.targets.find(({ id }) => id === target_id);
    if (!target) return { ok: false, reason: 'its rule or its target was removed', final: true };
    return sendTo(senders, rule_id, target, JSON.parse(event) as CloudEvent);
  };
}

async function mirror(mqtt: Pick<MqttConnection, 'publish'> | undefined, event: string): Promise<Attempt> {
  if (!mqtt) return { ok: false, reason: 'MQTT_URL is not set', final: true };
  try {
    await mqtt.publish(EVENTS_TOPIC, event);
    return { ok: true, message: 'the MQTT broker took it' };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}
