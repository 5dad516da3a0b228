import { randomUUID } from 'node:crypto';
import {
  type Cause,
  cause,
  type DiagnosisAnswer,
  type Finding,
  type SloStatus,
  type SystemState,
} from '@framewire/contract';
import type { Gaps } from './gaps.ts';
import { explains } from './rules/explain.ts';
import { runRules } from './rules/rules.ts';
import { assessSlo } from './slo-status.ts';
import type { RuleFinding, Snapshot } from './snapshot.ts';
import { stretchOf } from './thresholds.ts';

/** How often it looks, milliseconds. */
const LOOK_MS = 1_000;
/** Something has to last so long before it is reported, seconds: a burst or a pause that passes is nobody's concern. */
const RAISE_AFTER = 6;
/** What a part says of itself wavers less. Of replicas that do not answer the gateway may be the cause: that takes until it is asked. */
const RAISE_AFTER_CERTAIN = 2;
const CERTAIN: readonly Cause[] = [
  'broker',
  'topology',
  'gateway-unreachable',
  'connector',
  'camera-connector',
  'ingest',
  'results',
  'replica',
  'broker-node',
  'unaccounted',
  'camera-offline',
];
/** A finding that is missing for no longer than this has not ended, seconds. */
const GAP = 1.5;
/** Something has to be over for so long before that is reported, seconds: what comes again within them never ended. */
const CLEAR_AFTER = 8;
/** A finding waits so long for a cause that may explain it and has not lasted long enough itself, seconds. */
const DEFER = 6;
/** What follows from a cause may outlast it by so much, seconds: until then it is still that incident. */
const LINGER = 30;
/** With so long between two looks it was results-ws itself that stood still, seconds. */
const STOOD_STILL = 5;
/** Of these something is short while the SLO may well be met. */
const RESOURCES: readonly Cause[] = [
  'memory',
  'cpu',
  'io',
  'replicas',
  'detector',
  'gateway',
  'broker-slow',
  'producer',
  'viewer',
  'metrics',
];

/** What holds the system back, as it is reported. */
export interface Diagnosis {
  answer(): DiagnosisAnswer;
  /** Looks at the snapshot; once a second by itself. */
  look(): void;
  close(): void;
}

/** One cause, while its rule finds it and a while longer. */
interface Held {
  found: RuleFinding;
  /** Seconds since the epoch: when it was so first, and when last. */
  since: number;
  lastSo: number;
}

/** What is reported as one thing from its beginning to its end; it may gain a better cause, and keeps its id and its beginning. */
interface Incident {
  id: string;
  since: number;
  /** `keyOf` its finding. */
  root: string;
  /** What follows from it, likewise. */
  effects: string[];
  /** As it was reported last: the evidence of that moment. */
  reported: Finding;
  /** The live one. */
  now: Finding;
}

/**
 * The one place that decides what is reported, when, and for how long, and what follows from what.
 * @param onChange an incident begins, gets a better cause or a graver tone, or ends: then with when it was last so, seconds since the epoch.
 */
export function createDiagnosis(options: {
  snapshot: () => Snapshot;
  onChange: (finding: Finding, until?: number) => void;
  gaps: Gaps;
  rules?: (snapshot: Snapshot) => RuleFinding[];
}): Diagnosis {
  const { snapshot, gaps } = options;
  const onChange = (finding: Finding, until?: number) =>
    gaps.guard('the incident log', undefined, () => options.onChange(finding, until));
  const rules =
    options.rules ?? ((now: Snapshot) => runRules(now, (rule, error) => gaps.failed(`the rule ${rule}`, error)));
  /** By cause and function. */
  const held = new Map<string, Held>();
  let incidents: Incident[] = [];
  let kept: { slo: SloStatus; failedAt: number; failedSince?: number } | undefined;
  let lookedAt: number | undefined;
  /** How much longer work took, at each of the last looks: a machine that starved a moment ago still explains what was not answered. */
  let stretches: { at: number; stretch: number }[] = [];

  function look(): void {
    gaps.guard('the diagnosis', undefined, () => {
      const now = snapshot();
      const stretch = gaps.guard('how long work takes', 1, () => stretchOf(now));
      noticePause(now.now);
      stretches = [...stretches.filter(({ at }) => now.now - at < LINGER), { at: now.now, stretch }];
      gaps.guard('the SLO', undefined, () => judgeSlo(now));
      hold(rules(now), now.now);
      report(now.now);
      lookedAt = now.now;
    });
  }

  /** Whether one follows from another. */
  const isExplained = (up: Named, down: Named) => {
    const [upstream, downstream] = [found(up), found(down)];
    if (keyOf(upstream) === keyOf(downstream)) return false;
    // of two functions neither explains the other
    const [one, other] = [upstream.function, downstream.function];
    if (one !== undefined && other !== undefined && one !== other) return false;
    return explains(upstream.cause, downstream, Math.max(1, ...stretches.map(({ stretch }) => stretch)));
  };
  const found = (one: Named) => held.get(keyOf(one))?.found ?? one;

  function judgeSlo(now: Snapshot): void {
    const slo = assessSlo(now);
    const fails = slo.status === 'missed';
    const before = kept && now.now - kept.failedAt < CLEAR_AFTER ? kept : undefined;
    kept = {
      slo,
      failedAt: fails ? now.now : (kept?.failedAt ?? Number.NEGATIVE_INFINITY),
      failedSince: fails ? (before?.failedSince ?? now.now) : before?.failedSince,
    };
  }

  /** It failed for long enough to say so, and not so long ago that it holds again. */
  const isSloMissed = (at: number) =>
    kept?.failedSince !== undefined &&
    at - kept.failedAt < CLEAR_AFTER &&
    kept.failedAt - kept.failedSince >= RAISE_AFTER - 1;

  function hold(found: RuleFinding[], at: number): void {
    for (const one of found) {
      const before = held.get(keyOf(one));
      held.set(keyOf(one), { found: one, since: before?.since ?? at, lastSo: at });
    }
    const goesOn = (one: Named) =>
      [...held.values()].some((other) => at - other.lastSo < CLEAR_AFTER && isExplained(one, other.found));
    for (const [name, { lastSo, found }] of held) {
      const reported = isReported(name);
      if (at - lastSo < (reported ? CLEAR_AFTER : GAP)) continue;
      if (reported && at - lastSo < LINGER && goesOn(found)) continue;
      held.delete(name);
    }
  }

  /** What stands furthest up of what explains it; itself where nothing does. */
  function rootOf(name: string, at: number): string {
    const { found, since } = held.get(name)!;
    const isLong = at - since >= raiseAfter(found.cause) + DEFER;
    const upstream = [...held.keys()]
      .sort((a, b) => rank(held.get(a)!.found) - rank(held.get(b)!.found))
      .find(
        (other) => isExplained(held.get(other)!.found, found) && (!isLong || isReported(other) || isRipe(other, at)),
      );
    return upstream === undefined ? name : rootOf(upstream, at);
  }

  const isRipe = (name: string, at: number) => {
    const { found, since } = held.get(name)!;
    return at - since >= raiseAfter(found.cause);
  };
  const isReported = (name: string) => incidents.some(({ root, effects }) => root === name || effects.includes(name));

  function report(at: number): void {
    const groups = new Map<string, string[]>();
    for (const name of held.keys()) {
      const root = rootOf(name, at);
      groups.set(root, [...(groups.get(root) ?? []), ...(root === name ? [] : [name])]);
    }
    for (const [root, effects] of groups) {
      const one = held.get(root)!;
      const known = incidents.find((incident) => incident.root === root);
      if (!known && !isRipe(root, at)) continue;
      // what was reported before and follows from it is the same incident, by its right name; the oldest gives its id
      const followed = known ?? incidents.find((incident) => isExplained(one.found, incident.now));
      const finding = toFinding(one.found, {
        id: followed?.id ?? randomUUID(),
        since: followed?.since ?? one.since,
        effects,
      });
      if (!followed)
        incidents.push({ id: finding.id!, since: one.since, root, effects, reported: finding, now: finding });
      else {
        const graver = GRAVITY[finding.severity] > GRAVITY[followed.reported.severity];
        const changed = followed.root !== root || graver;
        Object.assign(followed, { root, effects, now: finding, ...(changed && { reported: finding }) });
        if (changed) onChange(finding);
      }
      if (!followed) onChange(finding);
    }
    const ended = incidents.filter(({ root }) => !held.has(root) || (!groups.has(root) && isMerged(root, at)));
    incidents = incidents.filter((incident) => !ended.includes(incident));
    for (const { reported, root } of ended) onChange(reported, held.get(root)?.lastSo ?? lastSoOf.get(root) ?? at);
    for (const [name, { lastSo }] of held) lastSoOf.set(name, lastSo);
  }

  /** Of what is not held any more. */
  const lastSoOf = new Map<string, number>();

  /** It follows from another incident by now. */
  const isMerged = (root: string, at: number) =>
    incidents.some((other) => other.root !== root && other.root === rootOf(root, at));

  function toFinding(found: RuleFinding, more: { id: string; since: number; effects: string[] }): Finding {
    const effects = more.effects.map((name) => held.get(name)!.found);
    const { refused, everywhere, ...own } = found;
    return {
      ...own,
      // as grave as the gravest of what follows from it
      severity: [found, ...effects].map(severityOf).reduce((a, b) => (GRAVITY[b] > GRAVITY[a] ? b : a)),
      id: more.id,
      since: more.since,
      effects: effects.map(({ cause, message }) => ({ cause, message })),
    };
  }

  /** While the SLO is met, what is short is worth a note and no warning. */
  const severityOf = ({ severity, cause }: RuleFinding): Finding['severity'] =>
    severity === 'warning' && RESOURCES.includes(cause) && kept?.slo.status === 'met' ? 'info' : severity;

  /** While it stood still it could report nothing: it says so afterwards, with when that was. */
  function noticePause(at: number): void {
    if (lookedAt === undefined || at - lookedAt < STOOD_STILL) return;
    const [since, until] = [lookedAt, at];
    const isShort = held.has('cpu') || held.has('memory') || held.has('io');
    lookedAt = at;
    if (isShort) return;
    onChange(
      {
        id: randomUUID(),
        cause: 'results',
        severity: 'warning',
        message: `results-ws stood still for ${Math.round(until - since)} s: viewers got nothing, and nobody judged.`,
        advice: 'It was stopped, or its machine slept. Nothing is lost: viewers get what they missed.',
        evidence: [{ title: 'between two looks', value: until - since, unit: 's', limit: STOOD_STILL }],
        effects: [],
        since,
      },
      until,
    );
  }

  function stateOf(findings: Finding[], at: number): SystemState {
    if (findings.some(({ severity, cause }) => severity === 'critical' && !NOT_THE_WHOLE.includes(cause)))
      return 'broken';
    if (findings.some(({ severity }) => severity !== 'info') || isSloMissed(at)) return 'degraded';
    return findings.length > 0 ? 'tight' : 'ok';
  }

  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    look,
    answer() {
      const at = lookedAt ?? 0;
      const findings = incidents
        .map(({ now }) => now)
        .sort((a, b) => GRAVITY[b.severity] - GRAVITY[a.severity] || rank(a) - rank(b));
      const slo = kept && { ...kept.slo, ...(isSloMissed(at) && { status: 'missed' as const }) };
      return { state: stateOf(findings, at), ...(slo && { slo }), findings, gaps: gaps.list() };
    },
    close: () => clearInterval(timer),
  };
}

const GRAVITY = { info: 0, warning: 1, critical: 2 };
/** Bad as they are, frames of others get through. */
const NOT_THE_WHOLE: readonly Cause[] = ['ingest', 'results', 'unaccounted'];
const raiseAfter = (name: Cause) => (CERTAIN.includes(name) ? RAISE_AFTER_CERTAIN : RAISE_AFTER);
const rank = (finding: Pick<Finding, 'cause'>) => cause.options.indexOf(finding.cause);

/** What tells one finding from another. */
type Named = Pick<RuleFinding, 'cause' | 'function' | 'refused'>;
const keyOf = ({ cause, function: name }: Pick<RuleFinding, 'cause' | 'function'>) =>
  name ? `${cause} ${name}` : cause;
