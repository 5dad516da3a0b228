/** Everything that the diagnosis can name, one rule each, in the order of `cause`. */
import type { Cause } from '@framewire/contract';
import { scopesOf } from '../scope.ts';
import type { Rule, RuleFinding, Snapshot } from '../snapshot.ts';
import { broker, brokerSlow, topology } from './broker/broker.ts';
import { brokerNode } from './broker/nodes.ts';
import { badFrames, cameraOffline, cameraSilent, clock, producer } from './cameras.ts';
import { connector } from './connector.ts';
import { gateway, gatewayAway } from './gateway.ts';
import { cpu, io, memory } from './host.ts';
import { unaccounted } from './ledger.ts';
import { cameraConnector, ingest, results } from './parts.ts';
import { detector, failing, noReplicas, replica, replicas } from './replicas.ts';
import { metrics, viewer } from './viewers.ts';

export const RULES: Record<Cause, Rule> = {
  broker,
  topology,
  'gateway-unreachable': gatewayAway,
  connector,
  'camera-connector': cameraConnector,
  ingest,
  results,
  'no-replicas': noReplicas,
  replica,
  'broker-node': brokerNode,
  unaccounted,
  memory,
  cpu,
  io,
  replicas,
  detector,
  gateway,
  'broker-slow': brokerSlow,
  clock,
  producer,
  'camera-offline': cameraOffline,
  'camera-silent': cameraSilent,
  'bad-frames': badFrames,
  failing,
  viewer,
  metrics,
};

/** Of these each function is asked by itself: one may be well while another is not. */
const OF_A_FUNCTION: readonly string[] = ['connector', 'no-replicas', 'replica', 'replicas', 'detector', 'failing'];

/**
 * What is so at this moment, whatever follows from what.
 * @param onError called for a rule that throws: the others are asked all the same.
 */
export function runRules(
  snapshot: Snapshot,
  onError: (rule: string, error: unknown) => void,
  rules: Partial<Record<Cause, Rule>> = RULES,
): RuleFinding[] {
  const ask = (name: string, rule: Rule, of: Snapshot): RuleFinding[] => {
    try {
      const found = rule(of);
      return found ? [found] : [];
    } catch (error) {
      onError(name, error);
      return [];
    }
  };
  const scopes = scopesOf(snapshot);
  return Object.entries(rules).flatMap(([name, rule]) => {
    if (!OF_A_FUNCTION.includes(name)) return ask(name, rule, snapshot);
    return scopes.flatMap((scope) => ask(name, rule, scope).map((found) => named(found, scope)));
  });
}

const named = (found: RuleFinding, { fn }: Snapshot): RuleFinding =>
  fn && !found.everywhere ? { ...found, function: fn.name, queue: fn.queue } : found;
