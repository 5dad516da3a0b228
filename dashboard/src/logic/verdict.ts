import type { StatusAnswer } from '@framewire/contract';
import type { TransportState } from '../transport/transport.ts';
import { age, count, duration, list, rate, timeOfDay } from './format.ts';
import { LOSS_WINDOW } from './losses.ts';
import type { TileState } from './tile-state.ts';

/** What the page knows, for one sentence about it. */
export interface Facts {
  /** Milliseconds by the server's clock. */
  now: number;
  transport: TransportState;
  /** Whether the cameras were told; before that nothing is known of them. */
  told: boolean;
  cameras: {
    id: string;
    state: TileState;
    rate: number;
    age?: number;
    lost: Record<'shed' | 'expired' | 'failed', number>;
  }[];
  status?: StatusAnswer;
  /** Since when the numbers are old (milliseconds) and why; absent while they are not. */
  metrics?: { since?: number; problem: string };
}

export type Tone = 'good' | 'wait' | 'warn' | 'bad';

/** The sentence at the top: its head says how it is, the rest what that means. `key` changes when the state does, not the numbers. */
export interface Verdict {
  tone: Tone;
  key: string;
  head: string;
  rest: string;
}

/** The first thing in this order that is so: what stands further up explains what stands below it. */
export function verdict(facts: Facts): Verdict {
  return connection(facts) ?? parts(facts) ?? cameras(facts) ?? overload(facts) ?? detection(facts) ?? well(facts);
}

function connection({ transport, told, now }: Facts): Verdict | undefined {
  if (transport.phase === 'waiting') {
    const seconds = Math.max(1, Math.ceil((transport.retryAt - now) / 1000));
    return say('bad', 'lost', 'Connection lost.', `Reconnecting in ${seconds} s.`);
  }
  if (transport.phase === 'connecting')
    return transport.again
      ? say('bad', 'lost', 'Connection lost.', 'Reconnecting now.')
      : say('wait', 'connecting', 'Connecting.', 'Asking for the cameras.');
  return told ? undefined : say('wait', 'connecting', 'Connected.', 'Asking for the cameras.');
}

function parts({ status }: Facts): Verdict | undefined {
  if (status && !status.broker.ok)
    return say('bad', 'broker', 'The broker is away.', `No frame moves until it is back: ${status.broker.words}.`);
  return undefined;
}

function cameras({ cameras }: Facts): Verdict | undefined {
  if (cameras.length === 0) return say('wait', 'first', 'Waiting for the first frame.', 'No camera has been seen yet.');
  const of = (kind: TileState['kind']) => cameras.filter((c) => c.state.kind === kind).map((c) => c.id);
  const offline = of('offline');
  if (offline.length === cameras.length) {
    const head =
      offline.length === 1 ? `Camera ${offline[0]} is offline.` : `All ${offline.length} cameras are offline.`;
    const reason = cameras[0]!.state.detail;
    return say('bad', 'all offline', head, offline.length === 1 && reason ? `${reason}.` : 'No pictures come.');
  }
  if (offline.length > 0) {
    const head =
      offline.length === 1
        ? `1 of ${cameras.length} cameras is offline:`
        : `${offline.length} of ${cameras.length} cameras are offline:`;
    return say('warn', `offline ${offline}`, head, `${list(offline)}.`);
  }
  if (of('waiting').length === cameras.length)
    return say('wait', 'first', 'Waiting for the first frame', `from ${list(of('waiting'))}.`);
  return undefined;
}

function overload({ cameras }: Facts): Verdict | undefined {
  const seconds = LOSS_WINDOW / 1000;
  const lost = (outcome: 'shed' | 'expired' | 'failed') => cameras.reduce((n, c) => n + c.lost[outcome], 0) / seconds;
  const shed = lost('shed') + lost('expired');
  const kept = cameras.reduce((n, c) => n + c.rate, 0);
  if (shed >= 0.5)
    return say(
      'warn',
      'overload',
      'More frames than can be detected.',
      `${rate(shed)} of ${rate(shed + kept)} frames/s are let go.`,
    );
  if (lost('failed') > 0)
    return say('warn', 'failing', 'Detection fails.', `${rate(lost('failed'))} frames/s are given up.`);
  return undefined;
}

function detection({ cameras, status }: Facts): Verdict | undefined {
  const old = cameras.filter((c) => c.state.kind === 'old');
  const live = cameras.filter((c) => c.state.kind === 'live');
  if (live.length > 0) {
    if (old.length === 0) return undefined;
    return say(
      'warn',
      `old ${old.map((c) => c.id)}`,
      `${live.length} of ${cameras.length} cameras are live.`,
      `No new picture from ${list(old.map((c) => c.id))}.`,
    );
  }
  if (old.length === 0) return undefined;
  const since = Math.min(...old.map((c) => c.age ?? Number.POSITIVE_INFINITY));
  const newest = `The newest picture is ${duration(since)} old.`;
  if (status && !status.gateway.ok)
    return say('bad', 'gateway', 'Detection is away.', `${sentence(status.gateway.words)} ${newest}`);
  if (status && !status.stream.ok)
    return say('bad', 'stream', 'Results do not come.', `${sentence(status.stream.words)} ${newest}`);
  return say('warn', 'quiet', 'No new pictures.', newest);
}

function well({ cameras, metrics, now }: Facts): Verdict {
  const ages = cameras
    .flatMap((c) => (c.state.kind === 'live' && c.age !== undefined ? [c.age] : []))
    .sort((a, b) => a - b);
  const median = ages[Math.floor((ages.length - 1) / 2)];
  const numbers = [count(cameras.length, 'camera'), `${rate(cameras.reduce((n, c) => n + c.rate, 0))} frames/s`];
  if (median !== undefined) numbers.push(`pictures ${age(median)} old`);
  if (!metrics) return say('good', 'well', 'All well.', `${numbers.join(', ')}.`);
  const since = metrics.since === undefined ? 'are missing' : `are old, since ${timeOfDay(metrics.since, now)}`;
  return say('warn', 'metrics', 'Pictures are well; the numbers', `${since}: ${metrics.problem}.`);
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

const say = (tone: Tone, key: string, head: string, rest: string): Verdict => ({ tone, key, head, rest });
