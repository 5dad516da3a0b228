/** Everything that the diagnosis can name, one rule each, in the order of `cause`. */
import type { Cause } from '@framewire/contract';
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

/**
 * What is so at this moment, whatever follows from what.
 * @param onError called for a rule that throws: the others are asked all the same.
 */
export function runRules(
  snapshot: Snapshot,
  onError: (rule: string, error: unknown) => void,
  rules: Partial<Record<Cause, Rule>> = RULES,
): RuleFinding[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    try {
      return rule(snapshot) ?? [];
    } catch (error) {
      onError(name, error);
      return [];
    }
  });
}
