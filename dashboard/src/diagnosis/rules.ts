import { formatRoute } from '../routing/route.ts';
import { duration, list, sentence } from '../ui/format.ts';
import { type CameraFacts, type Evidence, type Facts, type Headline, newHeadline, ofKind } from './facts.ts';
import { lateAge, lateHeadline } from './late.ts';

/** What only the page knows, or knows sooner than the server: one rule each, a headline where it applies. */
type Rule = (facts: Facts) => Headline | undefined;

/** The server sends camera states at once; the server's findings are polled and come later. */
export const offline: Rule = ({ cameras }) => {
  const down = ofKind(cameras, 'offline');
  if (down.length === 0) return undefined;
  const names = down.map(({ name }) => name);
  const reasons = [...new Set(down.map(({ state }) => state.detail))];
  const more = {
    help: reasons.length === 1 ? reasons[0] : 'Each tile shows the reason.',
    evidence: down.length === 1 ? toCamera(down[0]!) : undefined,
  };
  const key = `offline ${names}`;
  if (down.length === cameras.length) {
    if (down.length === 1)
      return newHeadline('bad', key, `Camera ${names[0]} is offline.`, 'There are no pictures.', more);
    return newHeadline('bad', key, `All ${down.length} cameras are offline.`, 'There are no pictures.', more);
  }
  const head = `${down.length} of ${cameras.length} cameras ${down.length === 1 ? 'is' : 'are'} offline:`;
  return newHeadline('warn', key, head, `${list(names)}.`, more);
};

/** No frame has arrived yet. */
export const waiting: Rule = ({ cameras }) => {
  if (cameras.length === 0)
    return newHeadline('wait', 'first', 'Waiting for the first frame.', 'There are no cameras yet.');
  const names = ofKind(cameras, 'waiting').map(({ name }) => name);
  if (names.length < cameras.length) return undefined;
  return newHeadline('wait', 'first', 'Waiting for the first frame', `from ${list(names)}.`);
};

/** Pictures came, and have stopped. */
export const stopped: Rule = ({ cameras }) => {
  const old = ofKind(cameras, 'old');
  if (old.length === 0 || ofKind(cameras, 'live').length > 0) return undefined;
  const late = lateAge(old);
  if (late !== undefined) return lateHeadline(late);
  const silent = old.every((camera) => camera.silent);
  const tone = old.some(({ expected }) => expected) ? 'warn' : 'wait';
  return newHeadline(tone, 'stopped', 'No new pictures.', newest(cameras), {
    help: silent ? 'The camera connector has stopped reporting.' : undefined,
  });
};

/** Some cameras should send and do not. A camera that only posts frames now and then raises no alarm. */
export const quiet: Rule = ({ cameras }) => {
  const missed = ofKind(cameras, 'old').filter(({ expected }) => expected);
  if (missed.length === 0) return undefined;
  const names = missed.map(({ name }) => name);
  const head = `${missed.length} of ${cameras.length} cameras ${missed.length === 1 ? 'sends' : 'send'} nothing new:`;
  return newHeadline('warn', `quiet ${names}`, head, `${list(names)}.`, {
    help: missed[0]!.state.detail,
    evidence: missed.length === 1 ? toCamera(missed[0]!) : undefined,
  });
};

/** The state of the system is unknown. */
export const unknownState: Rule = ({ findings, outdated, transport, cameras }) => {
  if (outdated)
    return transport.phase === 'open' && ofKind(cameras, 'live').length > 0
      ? newHeadline('warn', 'unknown', 'Pictures arrive,', 'but the state of the system is unknown.', {
          help: `Diagnosis: ${outdated}.`,
        })
      : newHeadline('bad', 'unknown', 'results-ws does not answer:', 'the state of the system is unknown.', {
          help: `Diagnosis: ${outdated}.`,
        });
  return findings ? undefined : newHeadline('wait', 'connecting', 'Connecting.', 'Loading the diagnosis.');
};

/** No findings, but some rules could not be evaluated. */
export const gaps: Rule = ({ gaps = [] }) => {
  const [first] = gaps;
  if (!first) return undefined;
  const others = gaps.length > 1 ? `, and ${gaps.length - 1} more` : '';
  return newHeadline('note', 'gaps', 'All well, as far as known.', `The diagnosis has a gap: ${first.what}${others}.`, {
    help: sentence(first.message),
    evidence: { text: 'See the diagnosis', href: '#/diagnosis' },
  });
};

function newest(cameras: CameraFacts[]): string {
  const ages = cameras.flatMap(({ pictureAge }) => pictureAge ?? []);
  return ages.length === 0 ? 'No picture has come yet.' : `The newest picture is ${duration(Math.min(...ages))} old.`;
}

const toCamera = ({ id }: CameraFacts): Evidence => ({
  text: 'See this camera',
  href: formatRoute({ view: 'camera', camera: id }),
});
