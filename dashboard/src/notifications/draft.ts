import { type Condition, type Rule, type RuleSpec, ruleSpec } from '@framewire/contract';

/** A target as it stands in the form. */
export interface DraftTarget {
  type: 'webhook' | 'mqtt' | 'browser';
  /** Absent: a new one. */
  id?: string;
  url: string;
  /** Empty: what is kept stays. */
  secret: string;
  authorization: string;
  hasSecret: boolean;
  hasAuthorization: boolean;
  removeSecret: boolean;
  removeAuthorization: boolean;
  picture: 'none' | 'link' | 'inline';
  topic: string;
}

/** A rule as it stands in the form: every field of every kind of event has a value. */
export interface Draft {
  id?: string;
  name: string;
  enabled: boolean;
  event: Condition['event'];
  cameras: string[];
  zones: string[];
  labels: string[];
  /** Percent; 0: any. */
  minScore: number;
  afterS: number;
  causes: string[];
  severity: 'info' | 'warning' | 'critical';
  names: string[];
  severities: string[];
  alsoOver: boolean;
  hours: { days: string[]; from: string; to: string }[];
  cooldownS: number;
  targets: DraftTarget[];
}

export const newTarget = (type: DraftTarget['type']): DraftTarget => ({
  type,
  url: '',
  secret: '',
  authorization: '',
  hasSecret: false,
  hasAuthorization: false,
  removeSecret: false,
  removeAuthorization: false,
  picture: 'link',
  topic: '',
});

export const newDraft = (): Draft => ({
  name: '',
  enabled: true,
  event: 'sighting',
  cameras: [],
  zones: [],
  labels: [],
  minScore: 0,
  afterS: 60,
  causes: [],
  severity: 'warning',
  names: [],
  severities: [],
  alsoOver: false,
  hours: [],
  cooldownS: 60,
  targets: [newTarget('browser')],
});

export function draftOf(rule: Rule): Draft {
  const { when } = rule;
  const optional = <T>(value: T[] | undefined) => value ?? [];
  return {
    ...newDraft(),
    id: rule.id,
    name: rule.name,
    enabled: rule.enabled,
    event: when.event,
    ...('cameras' in when && { cameras: optional(when.cameras) }),
    ...('also_over' in when && { alsoOver: when.also_over }),
    ...(when.event === 'sighting' && {
      zones: optional(when.zones),
      labels: optional(when.labels),
      minScore: Math.round((when.min_score ?? 0) * 100),
    }),
    ...(when.event === 'camera-offline' && { afterS: when.after_s }),
    ...(when.event === 'finding' && { causes: optional(when.causes), severity: when.severity }),
    ...(when.event === 'alert' && { names: optional(when.names), severities: optional(when.severities) }),
    hours: (rule.hours ?? []).map(({ days = [], from, to }) => ({ days, from, to })),
    cooldownS: rule.cooldown_s,
    targets: rule.targets.map((target) => ({
      ...newTarget(target.type),
      id: target.id,
      ...(target.type === 'webhook' && {
        url: target.url,
        hasSecret: target.has_secret,
        hasAuthorization: target.has_authorization,
        picture: target.picture,
      }),
      ...(target.type === 'mqtt' && { topic: target.topic }),
    })),
  };
}

/** What is to be sent. @returns what is wrong with it, a sentence, where it cannot be. */
export function specOf(draft: Draft): { spec: RuleSpec } | { problem: string } {
  const some = <T>(values: T[]) => (values.length > 0 ? values : undefined);
  const spec = {
    name: draft.name,
    enabled: draft.enabled,
    when: conditionOf(draft),
    hours: some(draft.hours.map(({ days, ...span }) => ({ ...span, ...(days.length > 0 && { days }) }))),
    cooldown_s: draft.cooldownS,
    targets: draft.targets.map(targetOf),
  };
  const parsed = ruleSpec.safeParse(spec);
  if (parsed.success) return { spec: parsed.data };
  return { problem: parsed.error.issues[0]!.message };
}

function conditionOf(draft: Draft) {
  const some = <T>(values: T[]) => (values.length > 0 ? values : undefined);
  const cameras = some(draft.cameras);
  const also_over = draft.alsoOver;
  switch (draft.event) {
    case 'sighting':
      return {
        event: 'sighting',
        cameras,
        zones: some(draft.zones),
        labels: some(draft.labels),
        min_score: draft.minScore > 0 ? draft.minScore / 100 : undefined,
      };
    case 'camera-offline':
      return { event: 'camera-offline', cameras, after_s: draft.afterS, also_over };
    case 'finding':
      return { event: 'finding', causes: some(draft.causes), severity: draft.severity, also_over };
    default:
      return { event: 'alert', names: some(draft.names), severities: some(draft.severities), also_over };
  }
}

function targetOf(target: DraftTarget) {
  const { type, id, url, secret, authorization, removeSecret, removeAuthorization, picture, topic } = target;
  const named = { type, ...(id !== undefined && { id }) };
  if (type === 'browser') return named;
  if (type === 'mqtt') return { ...named, topic: topic.trim() || undefined };
  return {
    ...named,
    url,
    picture,
    ...(secret ? { secret: secret.trim() } : removeSecret && { secret: null }),
    ...(authorization ? { authorization: authorization.trim() } : removeAuthorization && { authorization: null }),
  };
}

/** An id that follows from the name, so that it can be read in topics and addresses; one that is taken gets a number. */
export function idOf(name: string, taken: string[]): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48);
  const base = plain || 'rule';
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** A new secret: 32 bytes by chance. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
