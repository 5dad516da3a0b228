import type { Facts } from './facts.ts';
import type { GatewayWatch } from './gateway.ts';
import type { GaugesWatch } from './gauges.ts';
import type { BrokerProbe } from './probe.ts';
import type { Results } from './results.ts';

/** What a broker says that is there and refuses: it is not away. */
const REFUSED = /ACCESS_REFUSED|NOT_FOUND|PRECONDITION_FAILED|RESOURCE_LOCKED|cancelled the consumer/;

/** Gathers the facts from whoever knows them. */
export function createFacts(options: {
  results: Pick<Results, 'observe'>;
  /** Of the broker session, in words. */
  brokerProblem: () => string | undefined;
  probe: BrokerProbe;
  gateway: GatewayWatch;
  gauges: GaugesWatch;
  target: number;
}): () => Facts {
  const { results, brokerProblem, probe, gateway, gauges, target } = options;
  return () => {
    const { listening, problem, ...observed } = results.observe();
    const refused = problem !== undefined && REFUSED.test(problem);
    const blocked = brokerProblem()?.startsWith('the broker takes no messages') ? brokerProblem() : undefined;
    return {
      ...observed,
      now: Date.now() / 1000,
      target,
      broker: {
        problem: blocked ?? (refused ? undefined : problem),
        stream: refused ? problem : undefined,
        listening,
        answer: probe.answer(),
        ...probe.queue(),
      },
      gateway: gateway.problem(),
      gauges: gauges.gauges(),
    };
  };
}
