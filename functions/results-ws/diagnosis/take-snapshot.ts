import type { BrokerTrouble } from '@framewire/runtime/amqp';
import type { Collected, Collector } from './collector.ts';
import { FACES } from './functions.ts';
import type { Gaps } from './gaps.ts';
import type { BrokerProbes } from './probes/broker.ts';
import type { GatewayWatch } from './probes/gateway.ts';
import type { Host } from './probes/host.ts';
import type { GaugesWatch } from './probes/prometheus.ts';
import type { Drawn, Snapshot } from './snapshot.ts';

/** What is taken for so where it cannot be offered: nothing that a rule would make anything of. */
const UNKNOWN: Collected = {
  latency: { window_seconds: 0, frames: 0, replicas: [], dropped: 0, shares: [] },
  records: [],
  detectedAgo: 0,
  endedAgo: 0,
  functions: [FACES],
  cameras: [],
  baselines: new Map(),
  missing: [],
  viewers: { count: 0, slow: 0, skipped: 0 },
  listening: 0,
};
const AT_EASE: Host = { pressure: {}, stretch: 1 };

/** Takes a snapshot from everyone who knows a part of it. One that fails is a gap; the others are asked all the same. */
export function createSnapshots(options: {
  collector: Pick<Collector, 'collect'>;
  /** Of the broker session. */
  brokerTrouble: () => BrokerTrouble | undefined;
  probe: BrokerProbes;
  gateway: GatewayWatch;
  gauges: GaugesWatch;
  host: () => Host;
  /** What viewers drew in so many of the last seconds. */
  drawn: (seconds: number) => Drawn;
  target: number;
  objective: number;
  gaps: Gaps;
}): () => Snapshot {
  const { collector, brokerTrouble, probe, gateway, gauges, host, drawn, target, objective, gaps } = options;
  const { guard } = gaps;
  return () => {
    const { listening, problem, ...collected } = guard('what the stream says', UNKNOWN, collector.collect);
    const trouble = guard('the broker session', undefined, brokerTrouble);
    // a broker that is there and refuses the stream alone is not away
    const isRefused = problem !== undefined && trouble?.kind === 'refused';
    const minute = guard('what viewers drew', { frames: 0, good_ratio: 1 }, () => drawn(60));
    return {
      ...collected,
      now: Date.now() / 1000,
      target,
      objective,
      ...(minute.frames > 0 && { drawn: { minute, lately: drawn(20) } }),
      broker: {
        blocked: trouble?.kind === 'blocked' ? trouble.message : undefined,
        problem: isRefused ? undefined : problem,
        stream: isRefused ? problem : undefined,
        listening,
        ...guard<Partial<Snapshot['broker']>>('the probe of the broker', {}, () => ({
          answer: probe.answer(),
          missingQueue: probe.missing(),
          ...probe.queue(),
          queues: probe.queues(),
        })),
      },
      gateway: guard('the probe of the gateway', undefined, gateway.problem),
      gauges: guard('the metrics', {}, gauges.gauges),
      silent: guard('the parts that Prometheus asks', [], gauges.silent),
      nodes: guard('the nodes of the broker', undefined, gauges.nodes),
      host: guard('the machine', AT_EASE, host),
    };
  };
}
