import { type CameraView, countShed, DEFAULT_TOPIC, type ResultRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';
import { createRate, type Rate } from './rate.ts';

/** Topics of one camera that are counted apart: more than a camera connector sends to. The one silent for longest goes first. */
const MAX_TOPICS = 16;

/** What became of a camera's frames, in all and by topic. */
export interface TopicCounts {
  add(record: ResultRecord): void;
  /** Counts what another one counted. */
  absorb(counts: TopicCounts): void;
  view(): Pick<CameraView, 'rate' | 'outcomes' | 'topics'>;
  /** Whether a rate can change though nothing comes. */
  readonly isRunning: boolean;
}

interface Topic {
  rate: Rate;
  outcomes: Record<string, number>;
  last_frame: number;
}

/** @param clock milliseconds since the epoch. */
export function createTopicCounts(clock: () => number): TopicCounts {
  const topics = createLruMap<string, Topic>(MAX_TOPICS);
  const total: Record<string, number> = {};

  function topicOf(name: string): Topic {
    let topic = topics.get(name);
    if (!topic) {
      topic = { rate: createRate(clock), outcomes: {}, last_frame: 0 };
      topics.set(name, topic);
    }
    return topic;
  }

  return {
    add(record) {
      const topic = topicOf(record.topic);
      const [shed, still] = [countShed(record.shed), countShed(record.still)];
      for (const outcomes of [total, topic.outcomes]) {
        outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1;
        if (shed > 0) outcomes.shed = (outcomes.shed ?? 0) + shed;
        if (still > 0) outcomes.still = (outcomes.still ?? 0) + still;
      }
      if (record.outcome === 'detected') topic.rate.add(record.timestamp * 1000);
      topic.last_frame = record.original_timestamp;
    },
    absorb(counts) {
      const { outcomes, topics: others = { [DEFAULT_TOPIC]: { outcomes, last_frame: 0 } } } = counts.view();
      addTo(total, outcomes);
      for (const [name, { outcomes, last_frame = 0 }] of Object.entries(others)) {
        const topic = topicOf(name);
        addTo(topic.outcomes, outcomes);
        topic.last_frame = Math.max(topic.last_frame, last_frame);
      }
    },
    view() {
      const views = [...topics.entries()].map(([name, { rate, outcomes, last_frame }]) => {
        const view = { rate: rate.perSecond(), outcomes: { ...outcomes }, last_frame };
        return [name, view] as const;
      });
      const isOnlyFaces = views.every(([name]) => name === DEFAULT_TOPIC);
      return {
        rate: Math.max(0, ...views.map(([, { rate }]) => rate)),
        outcomes: { ...total },
        // in order of their names: which of them came last is no news
        ...(!isOnlyFaces && { topics: Object.fromEntries(views.sort(([a], [b]) => (a < b ? -1 : 1))) }),
      };
    },
    get isRunning() {
      return [...topics.values()].some(({ rate }) => rate.isRunning);
    },
  };
}

function addTo(total: Record<string, number>, counts: Record<string, number>): void {
  for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
}
