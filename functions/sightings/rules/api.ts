import {
  alertsNotice,
  type CloudEvent,
  type DeliveriesAnswer,
  type DeliveryAnswer,
  deliveryState,
  type RuleAnswer,
  type RulesAnswer,
  type RuleTestAnswer,
  ruleId,
  ruleSpec,
} from '@framewire/contract';
import { bodyOf, checkParameters, createUploads, HttpError } from '@framewire/runtime/http';
import { describeIssues } from '@framewire/runtime/process';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { type Senders, sendTo } from '../deliveries/attempt.ts';
import type { DeliveryList } from '../deliveries/list.ts';
import type { Database } from '../store/database.ts';
import { testEvent } from './events.ts';
import { describeReceiver, type KeptRule, showRule } from './kept-rule.ts';
import type { Notifier } from './notifier.ts';
import type { Rules } from './rules.ts';

const FRESH = { 'cache-control': 'no-store' };
const MAX_RULE = 64 * 1024;
const MAX_ALERTS = 1024 * 1024;
const uploads = createUploads({ maxBytes: 8 * MAX_ALERTS, timeoutMs: 5_000 });

export interface NotificationsApiDeps {
  database: Database;
  rules: Rules;
  notifier: Notifier;
  senders: Senders;
  deliveries: DeliveryList;
  publicUrl: string | undefined;
  webhookAllow: string[];
  /** Of the MQTT broker; undefined where none is set. */
  mqtt: { problem(): string | undefined } | undefined;
  /** Something may be to be delivered. */
  onAdded(): void;
}

/** `api/rules`, `api/deliveries`, and `api/alerts` for Alertmanager. No answer holds anything secret. */
export function createNotificationsApi(deps: NotificationsApiDeps): Hono {
  const { database, rules, notifier, senders, deliveries, publicUrl, webhookAllow, mqtt, onAdded } = deps;
  const api = new Hono();

  api.get('/rules', async (c) => {
    checkParameters(c.req.queries(), []);
    const problem = mqtt?.problem();
    return c.json<RulesAnswer>(
      {
        rules: (await rules.all()).map(showRule),
        mqtt: { configured: mqtt !== undefined, ...(problem !== undefined && { problem }) },
        webhook_allow: webhookAllow,
      },
      200,
      FRESH,
    );
  });

  api.put('/rules/:id', async (c) => {
    const id = parse(ruleId, c.req.param('id'), 'rule_id');
    const spec = await readBody(c, MAX_RULE, ruleSpec, 'rule');
    return c.json<RuleAnswer>({ rule: showRule(await rules.put(id, spec)) }, 200, FRESH);
  });

  api.delete('/rules/:id', async (c) => {
    if (!(await rules.remove(c.req.param('id')))) throw noSuchRule(c.req.param('id'));
    return c.body(null, 204);
  });

  api.post('/rules/:id/test', async (c) => {
    const rule = await rules.find(c.req.param('id'));
    if (!rule) throw noSuchRule(c.req.param('id'));
    const event = testEvent(rule, publicUrl);
    const results = await Promise.all(rule.targets.map((target) => test(rule, target, event)));
    return c.json<RuleTestAnswer>({ results }, 200, FRESH);
  });

  async function test(rule: KeptRule, target: KeptRule['targets'][number], event: CloudEvent) {
    const began = performance.now();
    const result = await sendTo(senders, rule.id, target, event);
    return {
      target_id: target.id,
      kind: target.type,
      to: describeReceiver(rule.id, target),
      ok: result.ok,
      message: result.ok ? result.message : result.reason,
      ms: Math.round(performance.now() - began),
    };
  }

  api.get('/deliveries', async (c) => {
    checkParameters(c.req.queries(), ['rule', 'state', 'cursor', 'limit']);
    const { rule, state, cursor, limit } = c.req.query();
    const page = await deliveries.page({
      ...(rule !== undefined && { rule: parse(ruleId, rule, 'rule') }),
      ...(state !== undefined && { state: parse(deliveryState, state, 'state') }),
      ...(cursor !== undefined && { before: readWhole('cursor', cursor, Number.MAX_SAFE_INTEGER) }),
      limit: limit === undefined ? 50 : readWhole('limit', limit, 500),
    });
    return c.json<DeliveriesAnswer>(page, 200, FRESH);
  });

  api.post('/deliveries/:id/retry', async (c) => {
    const id = readWhole('delivery', c.req.param('id'), Number.MAX_SAFE_INTEGER);
    const again = await deliveries.retry(id);
    const delivery = await deliveries.find(id);
    if (!delivery)
      throw new HttpError(404, 'no_such_delivery', `there is no delivery ${id}, or it is not kept any more`);
    if (!again)
      throw new HttpError(
        409,
        'not_dead',
        `delivery ${id} is ${delivery.state}: only one that was given up is sent again`,
      );
    onAdded();
    return c.json<DeliveryAnswer>({ delivery }, 200, FRESH);
  });

  api.post('/alerts', async (c) => {
    const { alerts } = await readBody(c, MAX_ALERTS, alertsNotice, 'alerts');
    await database.transaction((tx) => notifier.alerts(tx, alerts));
    onAdded();
    return c.body(null, 204);
  });
  return api;
}

const noSuchRule = (id: string) => new HttpError(404, 'no_such_rule', `there is no rule ${JSON.stringify(id)}`);

async function readBody<S extends z.ZodType>(c: Context, max: number, schema: S, code: string): Promise<z.output<S>> {
  const body = await uploads.admit(bodyOf(c), max, (upload) => upload.read());
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString());
  } catch {
    throw new HttpError(400, code, 'the body is no JSON');
  }
  return parse(schema, json, code);
}

function parse<S extends z.ZodType>(schema: S, value: unknown, code: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, code, describeIssues(parsed.error));
}

function readWhole(name: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new HttpError(400, name, `${name}=${text}: allowed: a whole number from 1 to ${most}`);
}
