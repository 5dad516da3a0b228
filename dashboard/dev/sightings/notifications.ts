import type { DeliveriesAnswer, Rule, RulesAnswer, RuleTestAnswer } from '@framewire/contract';
import { seconds } from '../answers.ts';
import type { Situation } from '../states.ts';
import { isAway } from './sightings.ts';

const webhook = (url: string): Rule['targets'][number] => ({
  type: 'webhook',
  id: 'hook',
  url,
  has_secret: true,
  has_authorization: false,
  picture: 'link',
});

const RULES: Rule[] = [
  {
    id: 'cameras',
    name: 'Cameras offline',
    enabled: true,
    when: { event: 'camera-offline', after_s: 60, also_over: true },
    cooldown_s: 0,
    targets: [{ type: 'browser', id: 'pages' }, webhook('https://alerts.example.org/framewire?...')],
  },
  {
    id: 'late',
    name: 'Frames are late',
    enabled: false,
    when: { event: 'alert', names: ['FramesLate', 'FramesLateForDays'], also_over: false },
    cooldown_s: 0,
    targets: [webhook('https://alerts.example.org/framewire?...')],
  },
  {
    id: 'door',
    name: 'Person at the door',
    enabled: true,
    when: { event: 'sighting', cameras: ['door'], zones: ['steps'], labels: ['person'], min_score: 0.6 },
    hours: [{ from: '22:00', to: '06:00' }],
    cooldown_s: 300,
    targets: [
      webhook('https://home.example.org/hook'),
      { type: 'mqtt', id: 'mqtt', topic: 'framewire/notifications/door' },
    ],
  },
];

const isFirst = (now: Situation) => now.still === 'never';

/** Undefined while the function does not answer. */
export function rules(now: Situation): RulesAnswer | undefined {
  if (isAway(now)) return undefined;
  return {
    rules: isFirst(now) ? [] : RULES,
    mqtt: { configured: true, ...(now.gateway === false && { problem: 'the MQTT broker cannot be reached' }) },
    webhook_allow: [],
  };
}

export function deliveries(now: Situation): DeliveriesAnswer {
  if (isFirst(now)) return { deliveries: [], waiting: 0, dead: 0 };
  const one = (
    n: number,
    more: Partial<DeliveriesAnswer['deliveries'][number]>,
  ): DeliveriesAnswer['deliveries'][number] => ({
    id: 10 - n,
    event_id: crypto.randomUUID(),
    type: 'framewire.sighting.begin',
    message: 'A person was seen at door in zone steps',
    rule: { id: 'door', name: 'Person at the door' },
    target_id: 'hook',
    kind: 'webhook',
    to: 'home.example.org',
    state: 'delivered',
    attempts: 1,
    created_at: seconds() - n * 340,
    ended_at: seconds() - n * 340,
    ...more,
  });
  const offline = {
    type: 'framewire.camera.offline' as const,
    message: 'Camera hall is offline: rtsp://10.0.4.17/hall: connection refused',
    rule: { id: 'cameras', name: 'Cameras offline' },
    to: 'alerts.example.org',
  };
  return {
    deliveries: [
      one(1, {}),
      one(2, { ...offline, state: 'waiting', attempts: 4, next_at: seconds() + 7, reason: 'nobody listens there' }),
      one(3, { kind: 'mqtt', to: 'framewire/notifications/door', attempts: 3 }),
      one(4, {
        ...offline,
        state: 'dead',
        attempts: 60,
        reason:
          '60 attempts failed; the last one: the receiver answered 500 Internal Server Error: the database is locked',
      }),
    ],
    waiting: 1,
    dead: 1,
  };
}

export const ruleTest = (): RuleTestAnswer => ({
  results: [
    {
      target_id: 'hook',
      kind: 'webhook',
      to: 'home.example.org',
      ok: true,
      message: 'the receiver answered 200 OK: thanks',
      ms: 84,
    },
    {
      target_id: 'mqtt',
      kind: 'mqtt',
      to: 'framewire/notifications/door',
      ok: false,
      message: 'the MQTT broker cannot be reached',
      ms: 2,
    },
  ],
});
