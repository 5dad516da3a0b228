import {
  type Condition,
  type Finding,
  isWithin,
  type PrometheusAlert,
  type RuleSpec,
  type Sighting,
  sightingLabel,
} from '@framewire/contract';

type Of<E extends Condition['event']> = Extract<Condition, { event: E }>;

const isAny = <T>(wanted: readonly T[] | undefined, value: T): boolean =>
  wanted === undefined || wanted.includes(value);

/** Whether a rule applies at all at this moment. @param at by the clock of the function. */
export const applies = ({ enabled, hours }: Pick<RuleSpec, 'enabled' | 'hours'>, at: Date): boolean =>
  enabled && (hours === undefined || isWithin(hours, at));

/** Whether a sighting, as far as it is known by now, is one that the rule waits for. */
export function matchesSighting(when: Of<'sighting'>, sighting: Sighting): boolean {
  return (
    isAny(when.cameras, sighting.camera_id) &&
    isAny(when.labels, sightingLabel(sighting)) &&
    (when.zones === undefined || sighting.zones.some((zone) => when.zones!.includes(zone))) &&
    (when.min_score === undefined || (sighting.best_score ?? 0) >= when.min_score)
  );
}

const SEVERITIES = ['info', 'warning', 'critical'];

export const matchesFinding = (when: Of<'finding'>, { cause, severity }: Finding): boolean =>
  isAny(when.causes, cause) && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(when.severity);

export const matchesAlert = (when: Of<'alert'>, { labels }: PrometheusAlert): boolean =>
  isAny(when.names, labels.alertname ?? '') && isAny<string>(when.severities, labels.severity ?? '');
