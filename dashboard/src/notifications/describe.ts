import type { Condition, DeliveriesAnswer, Hours, Rule, Target } from '@framewire/contract';
import { duration, list, percent } from '../ui/format.ts';

type NameOf = (camera: string) => string;
type Delivery = DeliveriesAnswer['deliveries'][number];

const article = (label: string) =>
  `${['a', 'e', 'i', 'o'].includes(label.charAt(0).toLowerCase()) ? 'an' : 'a'} ${label}`;
const or = (names: string[]) => list(names).replace(/ and ([^,]*)$/, ' or $1');
const span = (seconds: number) => duration(seconds * 1000).replace('.0', '');

/** A rule as a sentence: `When a person is seen at door in zone steps, 18:00 to 06:00: webhook to example.org`. */
export const describeRule = (rule: Rule, nameOf: NameOf): string =>
  `${describeWhen(rule, nameOf)}: ${list(rule.targets.map(describeTarget))}`;

export function describeWhen({ when, hours, cooldown_s }: Omit<Rule, 'id'>, nameOf: NameOf): string {
  return [
    `When ${describeCondition(when, nameOf)}`,
    ...(hours ? [describeHours(hours)] : []),
    ...(cooldown_s > 0 ? [`at most once in ${span(cooldown_s)}`] : []),
  ].join(', ');
}

function describeCondition(when: Condition, nameOf: NameOf): string {
  const over = 'also_over' in when && when.also_over ? ', and when it is over' : '';
  switch (when.event) {
    case 'sighting': {
      const what = when.labels ? or(when.labels.map(article)) : 'anything';
      const at = when.cameras ? ` at ${or(when.cameras.map(nameOf))}` : '';
      const zones = when.zones ? ` in zone ${or(when.zones)}` : '';
      const score = when.min_score ? ` with a score of at least ${percent(when.min_score)}` : '';
      return `${what} is seen${at}${zones}${score}`;
    }
    case 'camera-offline': {
      const which = when.cameras ? or(when.cameras.map(nameOf)) : 'a camera';
      return `${which} is offline for ${span(when.after_s)}${over}`;
    }
    case 'finding': {
      const about = when.causes ? ` about ${or(when.causes)}` : '';
      const least = { info: '', warning: ', at least a warning', critical: ', if critical' }[when.severity];
      return `the diagnosis finds something${about}${least}${over}`;
    }
    default: {
      const which = when.names ? `the alert ${or(when.names)}` : 'an alert';
      const severity = when.severities ? ` (${or(when.severities)})` : '';
      return `${which}${severity} fires${over}`;
    }
  }
}

const DAY: Record<string, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

const describeHours = (hours: Hours): string =>
  hours
    .map(({ days, from, to }) => `${days ? `${days.map((day) => DAY[day]).join(' ')} ` : ''}${from} to ${to}`)
    .join(' and ');

export function describeTarget(target: Target): string {
  if (target.type === 'webhook') return `webhook to ${new URL(target.url).host}`;
  return target.type === 'mqtt' ? `MQTT ${target.topic}` : 'open pages';
}

/** What became of a delivery, and what comes next. @param now milliseconds. */
export function describeState({ state, attempts, reason, next_at }: Delivery, now: number): string {
  const why = reason ? `: ${reason}` : '';
  if (state === 'delivered') return attempts > 1 ? `Delivered at attempt ${attempts}` : 'Delivered';
  if (state === 'dead') return `Given up${why}`;
  if (attempts === 0) return 'Waiting to be sent';
  const left = (next_at ?? 0) * 1000 - now;
  const next = left > 0 ? `Next attempt in ${span(Math.ceil(left / 1000))}` : 'Next attempt now';
  return `${next}${why}`;
}

/** Where the page shows what a notification is about. */
export function linkOf(event: {
  data: { sighting?: { id: string }; camera?: { camera_id: string }; finding?: { id?: string } };
}): string {
  const { sighting, camera, finding } = event.data;
  if (sighting) return `#/sighting/${sighting.id}`;
  if (camera) return `#/camera/${camera.camera_id}`;
  return finding?.id ? `#/incident/${finding.id}` : '#/notifications';
}
