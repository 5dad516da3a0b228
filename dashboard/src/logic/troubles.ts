import { because, WAY } from './because.ts';
import { CHART, chart } from './chart.ts';
import { type CameraFacts, type Evidence, type Facts, ofKind, say, type Verdict } from './facts.ts';
import { count, duration, list, rate, sentence } from './format.ts';
import { lateAge, sayLate } from './late.ts';
import { formatRoute } from './route.ts';

/** What can be wrong, one rule each: a verdict where it is so. */
type Rule = (facts: Facts) => Verdict | undefined;

const STATUS: Evidence = { words: 'See its status', href: 'api/status' };

/** A part that every frame passes is away. */
export const away: Rule = ({ status, cameras, replicas }) => {
  if (status && !status.broker.ok)
    return say('bad', 'broker', 'The broker is away.', 'No frame moves until it is back.', {
      help: sentence(status.broker.words),
      evidence: STATUS,
    });
  const moving = ofKind(cameras, 'live').length > 0;
  if (moving || ofKind(cameras, 'old').length + ofKind(cameras, 'waiting').length === 0) return undefined;
  const rest = newest(cameras);
  if (status && !status.gateway.ok)
    return say('bad', 'gateway', 'Detection is away.', rest, {
      help: `${sentence(status.gateway.words)} Frames wait in the queue for as long as they may.`,
      evidence: STATUS,
    });
  if (replicas === 0)
    return say('bad', 'replicas', 'No replica of detect-faces answers.', rest, {
      evidence: toChart(status?.prometheus_url, CHART.replicas),
    });
  if (status && !status.stream.ok)
    return say('bad', 'stream', 'Results do not come.', rest, {
      help: sentence(status.stream.words),
      evidence: STATUS,
    });
  return undefined;
};

export const offline: Rule = ({ cameras }) => {
  const gone = ofKind(cameras, 'offline');
  if (gone.length === 0) return undefined;
  const names = gone.map(({ id }) => id);
  const reasons = [...new Set(gone.map(({ state }) => state.detail))];
  const more = {
    help: reasons.length === 1 ? reasons[0] : 'Each tile says why.',
    evidence: gone.length === 1 ? toCamera(gone[0]!) : undefined,
  };
  const key = `offline ${names}`;
  if (gone.length === cameras.length) {
    if (gone.length === 1) return say('bad', key, `Camera ${names[0]} is offline.`, 'No pictures come.', more);
    return say('bad', key, `All ${gone.length} cameras are offline.`, 'No pictures come.', more);
  }
  const head = `${gone.length} of ${cameras.length} cameras ${gone.length === 1 ? 'is' : 'are'} offline:`;
  return say('warn', key, head, `${list(names)}.`, more);
};

/** Nothing has come yet. */
export const waiting: Rule = ({ cameras }) => {
  if (cameras.length === 0) return say('wait', 'first', 'Waiting for the first frame.', 'No camera has been seen yet.');
  const names = ofKind(cameras, 'waiting').map(({ id }) => id);
  if (names.length < cameras.length) return undefined;
  return say('wait', 'first', 'Waiting for the first frame', `from ${list(names)}.`);
};

/** Frames end otherwise than they should. */
export const losses: Rule = ({ cameras, replicas, status, diagnosis }) => {
  const lost = (outcome: keyof CameraFacts['lost']) => cameras.reduce((n, camera) => n + camera.lost[outcome], 0);
  const over = lost('shed') + lost('expired');
  const kept = cameras.reduce((n, camera) => n + camera.rate, 0);
  if (over >= 0.5) {
    const atWork = replicas ? `${count(replicas, 'replica')} of detect-faces cannot do more: ` : '';
    return say(
      'warn',
      'overload',
      'More frames than can be detected.',
      `${rate(over)} of ${rate(over + kept)} frames/s are let go.`,
      because(diagnosis) ?? {
        help: sentence(`${atWork}more replicas would help, or fewer frames a second from each camera`),
        evidence: toChart(status?.prometheus_url, CHART.outcomes),
      },
    );
  }
  const worst = (outcome: 'failed' | 'rejected') =>
    [...cameras].sort((a, b) => b.lost[outcome] - a.lost[outcome])[0] as CameraFacts;
  if (lost('failed') > 0)
    return say('warn', 'failing', 'Detection fails.', `${rate(lost('failed'))} frames/s are given up.`, {
      evidence: toCamera(worst('failed')),
    });
  if (lost('rejected') > 0)
    return say('warn', 'rejecting', 'Bad pictures come.', `${rate(lost('rejected'))} frames/s cannot be read.`, {
      evidence: toCamera(worst('rejected')),
    });
  return undefined;
};

/** Nothing moves, and it did. */
export const stopped: Rule = (facts) => {
  const { cameras } = facts;
  const old = ofKind(cameras, 'old');
  if (old.length === 0 || ofKind(cameras, 'live').length > 0) return undefined;
  const late = lateAge(old);
  if (late !== undefined) return sayLate(late, facts);
  const silent = old.every((camera) => camera.silent);
  const tone = old.some(({ promised }) => promised) ? 'warn' : 'wait';
  return (
    losses(facts) ??
    say(tone, 'stopped', 'No new pictures.', newest(cameras), {
      help: silent ? 'The connector of the cameras gives no sign of life.' : undefined,
    })
  );
};

/** A frame that nothing came of, which is not meant to be. */
export const unaccounted: Rule = ({ unaccounted }) =>
  unaccounted
    ? say('bad', 'unaccounted', `${count(unaccounted, 'frame')} cannot be accounted for.`, 'There is no outcome.', {
        help: 'Somebody took it from the queue, or a producer died before it could tell what it let go.',
        evidence: { words: 'See which', href: 'api/ledger' },
      })
    : undefined;

/** Nothing is lost, and it takes longer than it should. */
export const slow: Rule = ({ diagnosis }) =>
  diagnosis &&
  say('warn', `slow ${diagnosis.cause}`, 'Pictures are slow.', diagnosis.words, {
    help: diagnosis.advice,
    evidence: WAY,
  });

/** Some cameras should send and do not. One that only posts frames now and then alarms nobody. */
export const quiet: Rule = ({ cameras }) => {
  const missed = ofKind(cameras, 'old').filter(({ promised }) => promised);
  if (missed.length === 0) return undefined;
  const names = missed.map(({ id }) => id);
  const head = `${missed.length} of ${cameras.length} cameras ${missed.length === 1 ? 'sends' : 'send'} nothing new:`;
  return say('warn', `quiet ${names}`, head, `${list(names)}.`, {
    help: missed[0]!.state.detail,
    evidence: missed.length === 1 ? toCamera(missed[0]!) : undefined,
  });
};

function newest(cameras: CameraFacts[]): string {
  const ages = cameras.flatMap(({ pictureAge }) => pictureAge ?? []);
  return ages.length === 0 ? 'No picture has come yet.' : `The newest picture is ${duration(Math.min(...ages))} old.`;
}

const toCamera = ({ id }: CameraFacts): Evidence => ({
  words: 'See this camera',
  href: formatRoute({ view: 'camera', camera: id }),
});

function toChart(prometheus: string | undefined, expression: string): Evidence | undefined {
  const href = chart(prometheus, expression);
  return href === undefined ? undefined : { words: 'See the chart', href };
}
