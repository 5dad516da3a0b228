import { formatRoute } from '../routing/route.ts';
import { duration, list, sentence } from '../ui/format.ts';
import { type CameraFacts, type Evidence, type Facts, ofKind, say, type Verdict } from './facts.ts';
import { lateAge, sayLate } from './late.ts';

/** What only the page can tell, or tells sooner than the server: one rule each, a verdict where it is so. */
type Rule = (facts: Facts) => Verdict | undefined;

/** A camera's state comes by itself; the server is asked what it found only now and then. */
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

/** Nothing moves, and it did. */
export const stopped: Rule = ({ cameras }) => {
  const old = ofKind(cameras, 'old');
  if (old.length === 0 || ofKind(cameras, 'live').length > 0) return undefined;
  const late = lateAge(old);
  if (late !== undefined) return sayLate(late);
  const silent = old.every((camera) => camera.silent);
  const tone = old.some(({ promised }) => promised) ? 'warn' : 'wait';
  return say(tone, 'stopped', 'No new pictures.', newest(cameras), {
    help: silent ? 'The connector of the cameras gives no sign of life.' : undefined,
  });
};

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

/** Whether all is well is not known, and not said. */
export const unjudged: Rule = ({ findings, unjudged, transport, cameras }) => {
  if (unjudged)
    return transport.phase === 'open' && ofKind(cameras, 'live').length > 0
      ? say('warn', 'unjudged', 'Pictures come,', 'but how the system is, is not told.', {
          help: `The verdict: ${unjudged}.`,
        })
      : say('bad', 'unjudged', 'results-ws does not answer:', 'how the system is, is not known.', {
          help: `The verdict: ${unjudged}.`,
        });
  return findings ? undefined : say('wait', 'connecting', 'Connecting.', 'Asking how the system is.');
};

/** Nothing was found, and not everything was looked at. */
export const gaps: Rule = ({ gaps = [] }) => {
  const [first] = gaps;
  if (!first) return undefined;
  const others = gaps.length > 1 ? `, and ${gaps.length - 1} more` : '';
  return say('note', 'gaps', 'All well, as far as is known.', `The diagnosis has a gap: ${first.what}${others}.`, {
    help: sentence(first.message),
    evidence: { words: 'See the diagnosis', href: '#/verdict' },
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
