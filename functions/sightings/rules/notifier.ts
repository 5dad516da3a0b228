import type { Finding, IncidentRecord, PrometheusAlert, Sighting } from '@framewire/contract';
import type { Outbox } from '../deliveries/outbox.ts';
import type { Sql } from '../store/database.ts';
import {
  alertChanged,
  cameraOffline,
  cameraOnline,
  eventId,
  findingChanged,
  type Occurrence,
  type OfflineCamera,
  sightingSeen,
  toCloudEvent,
} from './events.ts';
import { describeReceiver, type KeptRule } from './kept-rule.ts';
import { applies, matchesAlert, matchesFinding, matchesSighting } from './match.ts';
import type { Rules } from './rules.ts';

/**
 * Turns what happens into deliveries, by the rules. Everything is written by the transaction that is given. What happens has a key of its
 * own, so that reading it twice notifies once.
 */
export interface Notifier {
  /** A sighting began, came into a zone, or ended. A rule notifies once of each, as soon as it is one that it waits for. */
  sighting(tx: Sql, sighting: Sighting): Promise<void>;
  /** How long a camera must be offline for some rule, seconds; empty where none asks. */
  offlineAfter(sql: Sql): Promise<number[]>;
  /** @param at until when it has been offline for certain, seconds since the epoch. */
  offline(tx: Sql, camera: OfflineCamera, at: number): Promise<void>;
  /** @param at since when it is not offline any more, seconds since the epoch. */
  online(tx: Sql, camera: OfflineCamera, at: number): Promise<void>;
  finding(tx: Sql, record: Pick<IncidentRecord, 'finding' | 'until'>): Promise<void>;
  alerts(tx: Sql, alerts: PrometheusAlert[]): Promise<void>;
}

export function createNotifier(options: {
  rules: Rules;
  outbox: Outbox;
  /** Where people reach the dashboard, with a slash at its end. */
  publicUrl: string | undefined;
  /** What people call a camera. */
  nameOf(camera: string): string | undefined;
}): Notifier {
  const { rules, outbox, publicUrl, nameOf } = options;

  /** @param unlessAfter only where the rule has notified of this: what ends must have begun. */
  async function notify(tx: Sql, rule: KeptRule, what: Occurrence, after?: Occurrence): Promise<void> {
    if (await outbox.has(tx, eventId(rule.id, what.key))) return;
    const isOver = after !== undefined;
    if (isOver && !(await outbox.has(tx, eventId(rule.id, after.key)))) return;
    if (!isOver && !applies(rule, new Date(what.at))) return;
    if (!isOver && !(await coolDown(tx, rule, what))) return;
    const event = toCloudEvent(what, rule, publicUrl);
    for (const target of rule.targets)
      await outbox.add(tx, {
        event_id: event.id,
        event,
        rule_id: rule.id,
        target_id: target.id,
        kind: target.type,
        receiver: describeReceiver(rule.id, target),
      });
  }

  /** False where the rule has notified of the same camera, or cause, or alert, too short a while before. */
  async function coolDown(tx: Sql, { id, cooldown_s }: KeptRule, { subject = '', at }: Occurrence): Promise<boolean> {
    if (cooldown_s === 0) return true;
    const changed = await tx.run(
      `INSERT INTO rule_silences (rule_id, subject, last_at) VALUES (?, ?, ?)
       ON CONFLICT (rule_id, subject) DO UPDATE SET last_at = excluded.last_at
       WHERE excluded.last_at >= rule_silences.last_at + ?`,
      id,
      subject,
      Math.round(at),
      cooldown_s * 1000,
    );
    return changed > 0;
  }

  const named = (camera: OfflineCamera): OfflineCamera => {
    const name = camera.name ?? nameOf(camera.camera_id);
    return { ...camera, ...(name !== undefined && { name }) };
  };

  /** The rules that wait for cameras that go offline and speak of this one. */
  async function offlineRules(sql: Sql, camera?: string) {
    const all = await rules.all(sql);
    return all.flatMap((rule) => {
      const { when } = rule;
      if (when.event !== 'camera-offline') return [];
      return camera === undefined || (when.cameras ?? [camera]).includes(camera) ? [{ rule, when }] : [];
    });
  }

  async function changed(tx: Sql, finding: Finding, until: number | undefined): Promise<void> {
    const begin = findingChanged(finding, undefined);
    for (const rule of await rules.all(tx)) {
      const { when } = rule;
      if (when.event !== 'finding' || !matchesFinding(when, finding)) continue;
      if (until === undefined) await notify(tx, rule, begin);
      else if (when.also_over) await notify(tx, rule, findingChanged(finding, until), begin);
    }
  }

  return {
    async sighting(tx, sighting) {
      for (const rule of await rules.all(tx))
        if (rule.when.event === 'sighting' && matchesSighting(rule.when, sighting))
          await notify(tx, rule, sightingSeen(sighting, nameOf(sighting.camera_id)));
    },
    offlineAfter: async (sql) =>
      (await offlineRules(sql)).flatMap(({ rule, when }) => (rule.enabled ? [when.after_s] : [])),
    async offline(tx, camera, at) {
      for (const { rule, when } of await offlineRules(tx, camera.camera_id))
        if (at - camera.since >= when.after_s) await notify(tx, rule, cameraOffline(named(camera)));
    },
    async online(tx, camera, at) {
      for (const { rule, when } of await offlineRules(tx, camera.camera_id))
        if (when.also_over) await notify(tx, rule, cameraOnline(named(camera), at), cameraOffline(camera));
    },
    finding: (tx, { finding, until }) => changed(tx, finding, until),
    async alerts(tx, alerts) {
      for (const alert of alerts)
        for (const rule of await rules.all(tx)) {
          const { when } = rule;
          if (when.event !== 'alert' || !matchesAlert(when, alert)) continue;
          const firing = alertChanged({ ...alert, status: 'firing' });
          if (alert.status === 'firing') await notify(tx, rule, firing);
          else if (when.also_over) await notify(tx, rule, alertChanged(alert), firing);
        }
    },
  };
}
