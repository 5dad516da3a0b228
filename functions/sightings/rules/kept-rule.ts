import { randomBytes } from 'node:crypto';
import { type Rule, type RuleSpec, ruleId, ruleSpec, type Target } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import type { z } from 'zod';
import { isGenerated } from '../deliveries/webhook/secrets.ts';

/** A rule with its secrets, as it is kept. */
export const keptRule = ruleSpec.extend({ id: ruleId }).transform((rule) => ({
  ...rule,
  targets: rule.targets.map((target) => ({ ...target, id: target.id ?? '' })),
}));
export type KeptRule = z.infer<typeof keptRule>;
export type KeptTarget = KeptRule['targets'][number];
export type KeptWebhook = Extract<KeptTarget, { type: 'webhook' }>;

/**
 * The rule as it is to be kept: where nothing is said of a secret the one before stays, `null` removes it, and targets get ids.
 * @throws HttpError 400 where a secret would follow the target to another host: whoever may write rules may not read secrets.
 */
export function keepRule(id: string, spec: RuleSpec, before: KeptRule | undefined): KeptRule {
  const targets = spec.targets.map((target): KeptTarget => {
    const old = before?.targets.find((one) => isSame(one, target));
    const named = { ...target, id: target.id ?? old?.id ?? randomBytes(4).toString('hex') };
    if (named.type !== 'webhook') return named;
    const was = old as KeptWebhook | undefined;
    const url = was && named.url === showUrl(was.url) ? was.url : named.url;
    const secret = keepSecret(named.secret, was?.secret);
    const authorization = keepSecret(named.authorization, was?.authorization);
    const moved = was !== undefined && new URL(was.url).origin !== new URL(url).origin;
    if (moved && authorization !== undefined && named.authorization === undefined)
      throw new HttpError(
        400,
        'rule',
        'the authorization of a target is not sent to another host: give it again, or remove it with null',
      );
    return {
      ...named,
      url,
      secret,
      authorization,
    };
  });
  return { ...spec, id, targets };
}

/** By its id; one that is given without an id, as by a program that sets the same rule again, by where it goes. */
function isSame(kept: KeptTarget, given: RuleSpec['targets'][number]): boolean {
  if (kept.type !== given.type) return false;
  if (given.id !== undefined) return kept.id === given.id;
  if (kept.type === 'webhook' && given.type === 'webhook') return [kept.url, showUrl(kept.url)].includes(given.url);
  return kept.type !== 'mqtt' || given.type !== 'mqtt' || kept.topic === given.topic;
}

const keepSecret = (given: string | null | undefined, before: string | null | undefined) =>
  given === undefined ? (before ?? undefined) : (given ?? undefined);

/** An address without what its query holds, and without words of its path that look generated. */
export function showUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  const path = pathname.split('/').map((word) => (isGenerated(word) ? '...' : word));
  return `${origin}${path.join('/')}${search ? '?...' : ''}`;
}

/** Without anything secret. */
export function showRule(kept: KeptRule): Rule {
  const { id, name, enabled, when, hours, cooldown_s } = kept;
  return {
    id,
    name,
    enabled,
    when,
    ...(hours && { hours }),
    cooldown_s,
    targets: kept.targets.map((target) => showTarget(id, target)),
  };
}

function showTarget(rule: string, target: KeptTarget): Target {
  switch (target.type) {
    case 'webhook':
      return {
        type: 'webhook',
        id: target.id,
        url: showUrl(target.url),
        has_secret: target.secret != null,
        has_authorization: target.authorization != null,
        picture: target.picture,
      };
    case 'mqtt':
      return { type: 'mqtt', id: target.id, topic: topicOf(rule, target) };
    default:
      return { type: 'browser', id: target.id };
  }
}

export const topicOf = (rule: string, { topic }: Extract<KeptTarget, { type: 'mqtt' }>): string =>
  topic ?? `framewire/notifications/${rule}`;

/** Whom a target reaches, for a person. */
export function describeReceiver(rule: string, target: KeptTarget): string {
  if (target.type === 'webhook') return new URL(target.url).host;
  return target.type === 'mqtt' ? topicOf(rule, target) : 'pages that are open';
}
