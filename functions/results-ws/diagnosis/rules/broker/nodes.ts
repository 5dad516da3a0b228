import type { Evidence } from '@framewire/contract';
import { names as list, seconds } from '../../format.ts';
import type { Rule, Snapshot } from '../../snapshot.ts';
import { silentEvidence } from '../../thresholds.ts';
import { silentParts } from '../parts.ts';

const JOB = 'rabbitmq';

/** The state of a broker of several nodes. */
interface ClusterState {
  count: number;
  running: number;
  /** How many do not run or cannot be reached, and of those the names that are known. */
  away: number;
  names: string[];
  /** Since when the longest of them, seconds; absent where only other nodes say so. */
  longest?: number;
  /** How many more may go before there is no majority, without which nothing is taken; below 0: there is none now. */
  spare: number;
  evidence: Evidence[];
}

/** Undefined for a broker of one node, and where nobody asks it. */
export function brokerNodes(snapshot: Snapshot): ClusterState | undefined {
  const { nodes } = snapshot;
  if (!nodes) return undefined;
  const silent = silentParts(snapshot, JOB);
  // the address of a node may be removed with it: then the others report that they miss it
  const away = Math.max(silent.length, nodes.unreachable);
  const count = Math.max(nodes.asked, nodes.answering + nodes.unreachable);
  if (count < 2) return undefined;
  const majority = Math.floor(count / 2) + 1;
  return {
    count,
    running: count - away,
    away,
    names: silent.map(({ instance }) => instance),
    longest: silent[0]?.seconds,
    spare: count - away - majority,
    evidence: silent.slice(0, 1).map(silentEvidence),
  };
}

/** The system goes on, and has no node to spare: that is to be known before the next one goes. */
export const brokerNode: Rule = (snapshot) => {
  const nodes = brokerNodes(snapshot);
  if (!nodes || nodes.away === 0 || nodes.spare < 0) return undefined;
  const { names, longest, away, spare } = nodes;
  const who =
    names.length > 0
      ? `Broker node ${list(names)} ${names.length > 1 ? 'have' : 'has'} not answered for ${seconds(longest!)}`
      : `The nodes of the broker cannot reach ${away === 1 ? 'one of them' : `${away} of them`}`;
  return {
    cause: 'broker-node',
    severity: 'warning',
    message: `${who}: ${nodes.running} of ${nodes.count} run. If ${spare + 1} more ${spare > 0 ? 'go' : 'goes'}, no frame is taken.`,
    advice:
      'Frames flow through the others. Start it again, or end it if it hangs; npm start starts one that ends. If it runs, the network between the nodes is broken: rabbitmqctl cluster_status on each.',
    evidence: nodes.evidence,
  };
};
