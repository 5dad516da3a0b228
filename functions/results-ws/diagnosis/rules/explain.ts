import type { Cause } from '@framewire/contract';
import type { RuleFinding } from '../snapshot.ts';

/** Whatever takes time or waits for an answer: a machine that is short of something makes any of it. */
const SLOW: Cause[] = [
  'replicas',
  'detector',
  'gateway',
  'broker-slow',
  'producer',
  'camera-silent',
  'failing',
  'viewer',
  'metrics',
  'clock',
];
/** A part that does not answer is a fact of its own, unless nothing on the machine could answer in time. */
const SILENT: Cause[] = [
  'broker',
  'gateway-unreachable',
  'connector',
  'camera-connector',
  'ingest',
  'results',
  'no-replicas',
  'replica',
  'broker-node',
];
/** A connection to a camera times out much sooner than a part of ours is called silent. */
const TIMED_OUT: Cause[] = ['camera-offline'];
const AFTER_DETECTION: Cause[] = ['failing', 'replicas', 'detector', 'gateway', 'broker-slow', 'replica'];

/** What is upstream, and what follows from it. No circle. */
const EXPLAINS: Partial<Record<Cause, Cause[]>> = {
  broker: [
    ...SLOW,
    'broker-node',
    'topology',
    'gateway-unreachable',
    'connector',
    'camera-connector',
    'ingest',
    'no-replicas',
    'replica',
  ],
  topology: ['connector', 'no-replicas', 'producer', 'camera-silent', 'failing', 'broker-slow'],
  'gateway-unreachable': ['connector', 'no-replicas', 'ingest', ...AFTER_DETECTION],
  connector: ['no-replicas', ...AFTER_DETECTION],
  'camera-connector': ['camera-silent', 'camera-offline', 'producer'],
  'no-replicas': AFTER_DETECTION,
  // its queues find other leaders, and clients another node
  'broker-node': ['broker-slow', 'producer'],
  replica: ['failing', 'replicas', 'gateway', 'detector'],
  memory: ['cpu', 'io', ...SLOW],
  cpu: ['io', ...SLOW],
  io: SLOW,
  replicas: ['detector', 'broker-slow', 'failing'],
  clock: ['producer', 'broker-slow', 'failing'],
  gateway: ['failing'],
  'broker-slow': ['producer'],
};
const MACHINE: Cause[] = ['memory', 'cpu', 'io'];
/** Work that takes so many times longer: then a program of ours that opens a camera gives up before it could. */
const PRESSED = 4;
/** And so many: then no answer in time says nothing about who was asked. */
const STARVED = 12;

/**
 * Whether one thing that is found follows from another.
 * @param stretch how many times longer work takes for want of a CPU. What was refused at once had all the CPU that it needed.
 */
export function explains(
  upstream: Cause,
  { cause: downstream, refused }: Pick<RuleFinding, 'cause' | 'refused'>,
  stretch: number,
): boolean {
  const starved = !refused && stretch >= STARVED;
  if (!refused && stretch >= PRESSED && MACHINE.includes(upstream) && TIMED_OUT.includes(downstream)) return true;
  if (starved && MACHINE.includes(upstream) && SILENT.includes(downstream)) return true;
  // a broker that hangs explains no machine; but one that starves is explained by it
  if (starved && upstream === 'broker' && MACHINE.includes(downstream)) return false;
  return EXPLAINS[upstream]?.includes(downstream) ?? false;
}
