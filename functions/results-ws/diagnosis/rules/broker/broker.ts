import type { Evidence } from '@framewire/contract';
import { names, round, seconds, sentence } from '../../format.ts';
import type { Rule, RuleFinding } from '../../snapshot.ts';
import {
  failedFor,
  freeQueueMs,
  isNoneDetected,
  isSlow,
  LONG_MS,
  noticeableAge,
  patience,
  silentEvidence,
} from '../../thresholds.ts';
import { silentPart } from '../parts.ts';
import { brokerNodes } from './nodes.ts';

/** The broker answers such a question in a millisecond; its heartbeat gives up only after ten seconds. */
const NO_ANSWER_MS = 3_000;
/** With this to every message, four messages to a frame use the target up. */
const SLOW_ANSWER_MS = 100;
const SLOW_CONFIRM_S = 0.25;
/** As many frames that no queue took are no accident. */
const UNROUTABLE = 3;

export const broker: Rule = (snapshot) => {
  const { broker, gauges } = snapshot;
  const away = (message: string, advice: string, evidence: Evidence[] = []): RuleFinding => ({
    cause: 'broker',
    severity: 'critical',
    message,
    advice,
    evidence,
  });
  const alarm = gauges.memoryAlarm ? 'memory' : gauges.diskAlarm ? 'disk space' : undefined;
  if (broker.blocked || alarm)
    return away(
      `The broker takes no messages: ${alarm ? `it is short of ${alarm}` : broker.blocked}.`,
      'Make room for RabbitMQ: its memory or disk is beyond the watermark. All parts go on by themselves.',
    );
  const { answer = 0 } = broker;
  const limit = patience(snapshot, NO_ANSWER_MS);
  const nodes = brokerNodes(snapshot);
  // frames that get through show a majority, whatever Prometheus can reach
  if (nodes && nodes.spare < 0 && isNoneDetected(snapshot) && (nodes.running > 0 || broker.problem || answer > limit))
    return away(
      `${nodes.away} of ${nodes.count} nodes of the broker do not answer${nodes.names.length > 0 ? ` (${names(nodes.names)})` : ''}: it takes no frame without a majority.`,
      'Start them again. A node that has lost the majority pauses by itself, and goes on when it is back. What was confirmed is kept.',
      nodes.evidence,
    );
  if (broker.problem)
    return away(
      `The broker is away: ${sentence(broker.problem)}`,
      'No frame moves until it is back. See whether RabbitMQ runs; all parts connect again by themselves.',
    );
  if (answer > limit)
    return away(
      `The broker has not answered for ${seconds(answer / 1000)}.`,
      'It hangs or is out of reach. See whether RabbitMQ runs and its machine has CPU and memory left.',
      [{ title: 'since the broker was asked', value: answer, unit: 'ms', limit }],
    );
  const silent = silentPart(snapshot, 'rabbitmq');
  // one that answers us only keeps its numbers to itself
  if (silent && broker.answer === undefined)
    return away(`The broker has not answered for ${seconds(silent.seconds)}.`, 'See whether RabbitMQ runs.', [
      silentEvidence(silent),
    ]);
  if (broker.stream)
    return away(
      `Outcomes cannot be read: ${sentence(broker.stream)}`,
      'See whether result_queue stands, and what the user of results-ws may read.',
    );
  return undefined;
};

/** The queue or binding for frames does not exist: producers may still get confirms, or get their frames returned. */
export const topology: Rule = (snapshot) => {
  const others = [...(snapshot.broker.queues?.values() ?? [])].map((queue) => queue.missingQueue);
  const missingQueue = [snapshot.broker.missingQueue, ...others].find((name) => name !== undefined);
  const unroutable = failedFor(snapshot, 'unroutable');
  if (!missingQueue && unroutable.length < UNROUTABLE) return undefined;
  return {
    cause: 'topology',
    severity: 'critical',
    message: missingQueue
      ? `The queue ${missingQueue} does not exist: no frame gets to a detector.`
      : `No queue takes the frames of ${[...new Set(unroutable.map(({ topic }) => topic))].join(', ')}: a binding between the exchange frames and its queue is missing.`,
    advice:
      'Declare what is missing again: npm run topology, or a restart of npm start. Frames that came meanwhile are lost.',
    evidence: missingQueue
      ? []
      : [
          {
            title: 'frames that no queue took',
            value: unroutable.length,
            unit: 'frames',
            limit: UNROUTABLE,
            series: 'outcomes',
          },
        ],
  };
};

export const brokerSlow: Rule = (snapshot) => {
  const { answer = 0 } = snapshot.broker;
  const { confirm = 0, publish = 0 } = snapshot.gauges;
  const queued = freeQueueMs(snapshot);
  const slow =
    isSlow(snapshot, noticeableAge) && (confirm >= SLOW_CONFIRM_S || publish >= SLOW_CONFIRM_S || queued > 0);
  if (!slow && answer < SLOW_ANSWER_MS) return undefined;
  const ms = Math.max(answer, confirm * 1000, publish * 1000, queued);
  const queueEvidence: Evidence[] =
    queued > 0 ? [{ title: 'in the queue', value: queued, unit: 'ms', limit: LONG_MS, series: 'stages' }] : [];
  return {
    cause: 'broker-slow',
    severity: 'warning',
    message:
      ms === queued
        ? `The broker is slow: a frame takes ${round(queued)} ms through its queue, though replicas are free.`
        : `The broker is slow: it takes ${round(ms)} ms to ${ms === answer ? 'answer' : 'confirm a message'}.`,
    advice:
      'Look at its CPU and disk and the network to it; if clocks of the machines differ, a queue may only seem long.',
    evidence: [
      { title: 'until the broker answers', value: answer, unit: 'ms', limit: SLOW_ANSWER_MS },
      {
        title: 'until it confirms a result',
        value: confirm * 1000,
        unit: 'ms',
        limit: SLOW_CONFIRM_S * 1000,
        series: 'stages',
      },
      { title: 'until it confirms a frame', value: publish * 1000, unit: 'ms', limit: SLOW_CONFIRM_S * 1000 },
      ...queueEvidence,
    ],
  };
};
