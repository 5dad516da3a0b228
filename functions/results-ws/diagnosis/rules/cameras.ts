/** What is wrong with cameras and other producers: of one kind all cameras are one finding. */
import type { CameraView, Evidence, ResultRecord } from '@framewire/contract';
import { count, names, percent, round, seconds, sentence } from '../format.ts';
import type { Rule, RuleFinding, Snapshot } from '../snapshot.ts';
import { failedFor, isLong, isSlow, LONG_MS, noticeableAge, patience } from '../thresholds.ts';

/** A camera may miss some frames, and has said that it sends, seconds and frames. */
const SILENT_S = 4;
const SILENT_FRAMES = 5;
/** Of what it usually sends. Lower than the dip of one reconnect in the mean of some seconds. */
const SLOW_CAMERA = 0.4;
/** A sign of life comes every 10 s: before that nobody is known to be silent, seconds. */
const HEARD_OUT = 12;
/** Of the frames of one camera, and so many of them: a damaged one now and then is no camera's fault. */
const REJECTED = 0.1;
const MIN_BAD = 3;
/** Ids that a finding names. */
const MAX_NAMED = 100;
/** By its clock a frame left its producer so long before it came, or after, milliseconds: no queue and no network does that. */
const CLOCK_BEHIND_MS = 10_000;
const CLOCK_AHEAD_MS = 2_000;

/** The one camera, or the first of them. */
const whom = (cameras: readonly string[]): Pick<RuleFinding, 'camera_id' | 'camera_ids'> =>
  cameras.length === 1 ? { camera_id: cameras[0] } : { camera_ids: cameras.slice(0, MAX_NAMED) };

export const producer: Rule = (snapshot) => {
  const { stages, total } = snapshot.latency;
  if (!stages || !total || !isSlow(snapshot, noticeableAge) || !isLong(stages.publish, total.mean)) return undefined;
  return {
    cause: 'producer',
    severity: 'warning',
    message: `Producers take ${round(stages.publish)} ms from capture until the broker has a frame.`,
    advice: 'Look at the cameras’ machine and its connection to the broker.',
    evidence: [
      { title: 'from capture to the broker', value: stages.publish, unit: 'ms', limit: LONG_MS, series: 'stages' },
    ],
  };
};

/** By how much the clock of a frame's producer seems to be behind that of the connector, milliseconds. */
function claimedWait({ stages: { captured_at, published_at = captured_at, received_at, clock_offset } }: ResultRecord) {
  if (clock_offset !== undefined) return -clock_offset; // the connector has found it, and put the moments right
  return published_at === undefined || received_at === undefined ? undefined : received_at - published_at;
}

/** A producer's clock that is off by more than any queue could make: its frames expire, or never do. */
export const clock: Rule = (snapshot) => {
  const least = new Map<string, number>();
  for (const record of snapshot.records) {
    const wait = claimedWait(record);
    if (wait !== undefined) least.set(record.camera_id, Math.min(wait, least.get(record.camera_id) ?? wait));
  }
  const found = snapshot.records.filter(({ stages }) => stages.clock_offset !== undefined);
  const coded = new Set([...failedFor(snapshot, 'clock_skew'), ...found].map(({ camera_id }) => camera_id));
  const someInTime = [...least.values()].some((wait) => wait < CLOCK_BEHIND_MS / 2);
  const isEmpty = snapshot.broker.waiting === 0;
  const off = [...new Set([...least.keys(), ...coded])].filter((camera) => {
    const wait = least.get(camera) ?? 0;
    return coded.has(camera) || wait < -CLOCK_AHEAD_MS || (wait > CLOCK_BEHIND_MS && (someInTime || isEmpty));
  });
  if (off.length === 0) return undefined;
  const worst = off.map((camera) => least.get(camera) ?? 0).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  const isMeasured = worst > CLOCK_BEHIND_MS || worst < -CLOCK_AHEAD_MS;
  const by = !isMeasured ? 'is off' : `is ${seconds(Math.abs(worst) / 1000)} ${worst > 0 ? 'behind' : 'ahead'}`;
  const evidence: Evidence[] = !isMeasured
    ? []
    : [
        {
          title: 'between the clocks of producer and connector',
          value: Math.abs(worst),
          unit: 'ms',
          limit: worst > 0 ? CLOCK_BEHIND_MS : CLOCK_AHEAD_MS,
        },
      ];
  return {
    cause: 'clock',
    severity: 'warning',
    message: `The clock of ${off.length === 1 ? `the producer of camera ${off[0]}` : `the producers of ${names(off)}`} ${by}.`,
    advice:
      'Set the clock of that machine (NTP). Until then its frames expire too early or too late, and their age is wrong.',
    evidence,
    ...whom(off),
  };
};

/** What people call it. */
const nameOf = ({ camera_id, source }: Pick<CameraView, 'camera_id' | 'source'>): string =>
  source?.settings?.name ?? camera_id;

export const cameraOffline: Rule = ({ cameras, now }) => {
  // one that is open and sends nothing in time is silent
  const offline = cameras.filter(({ source }) => source?.state === 'offline' && source.reason_code !== 'no_frames');
  if (offline.length === 0) return undefined;
  const reasons = [...new Set(offline.map(({ source }) => source!.reason ?? 'its source gives no pictures'))];
  const ids = offline.map(({ camera_id }) => camera_id);
  const longest = Math.max(...offline.map(({ source }) => now - source!.since));
  return {
    cause: 'camera-offline',
    severity: offline.length === cameras.length ? 'critical' : 'warning',
    message:
      offline.length === 1
        ? `Camera ${nameOf(offline[0]!)} is offline: ${sentence(reasons[0]!)}`
        : `${count(offline.length, 'camera')} are offline, ${names(offline.map(nameOf))}${reasons.length === 1 ? `: ${sentence(reasons[0]!)}` : '.'}`,
    advice: 'See to its address, password and cable. It is tried again by itself, at least every 30 s.',
    evidence: [{ title: 'offline', value: Math.max(0, longest), unit: 's' }],
    refused: offline.some(({ source }) => source!.reason_code !== 'timeout'),
    ...whom(ids),
  };
};

interface Quiet {
  camera_id: string;
  name: string;
  message: string;
  advice: string;
  evidence: Evidence;
}

/** A camera that says it is online and sends nothing, or far less than it usually does. */
function quietCamera(snapshot: Snapshot, view: CameraView): Quiet | undefined {
  const { camera_id, source, source_silent } = view;
  const name = nameOf(view);
  if (source?.state === 'offline' && source.reason_code === 'no_frames')
    return {
      camera_id,
      name,
      message: `Camera ${name} is offline: ${sentence(source.reason ?? 'it sends nothing')}`,
      advice: 'Its source is there and sends nothing: see to the camera and its network. It is opened again by itself.',
      evidence: { title: 'offline', value: Math.max(0, snapshot.now - source.since), unit: 's' },
    };
  const rate = snapshot.baselines.get(camera_id);
  if (source?.state !== 'online' || !rate) return undefined;
  const { current, expected, silent } = rate;
  const limit = patience(snapshot, Math.max(SILENT_S, SILENT_FRAMES / (expected ?? source.fps ?? 1)));
  if (silent > limit || source_silent)
    return {
      camera_id,
      name,
      message: source_silent
        ? `Camera ${name} gives no sign of life: its connector is silent.`
        : `Camera ${name} is said to be online, and has sent nothing for ${seconds(silent)}.`,
      advice: 'See the log of the camera connector, and its /readyz: it says what keeps frames from getting through.',
      evidence: { title: 'since its last frame', value: silent, unit: 's', limit, series: 'rate' },
    };
  if (expected === undefined || expected < 1 || current >= SLOW_CAMERA * expected) return undefined;
  return {
    camera_id,
    name,
    message: `Camera ${name} is slow: ${round(current)} frames/s instead of ${round(expected)}.`,
    advice: 'See its network and its own load: framewire takes each picture that it sends.',
    evidence: {
      title: 'sent',
      value: current,
      unit: 'frames/s',
      limit: SLOW_CAMERA * expected,
      bound: 'min',
      series: 'rate',
    },
  };
}

export const cameraSilent: Rule = (snapshot) => {
  if (snapshot.broker.listening < HEARD_OUT) return undefined;
  const quiet = snapshot.cameras.flatMap((camera) => quietCamera(snapshot, camera) ?? []);
  const [first] = quiet;
  if (!first) return undefined;
  const ids = quiet.map(({ camera_id }) => camera_id);
  return {
    cause: 'camera-silent',
    severity: 'warning',
    message:
      quiet.length === 1
        ? first.message
        : `${count(quiet.length, 'camera')} send nothing or too little: ${names(quiet.map(({ name }) => name))}.`,
    advice: first.advice,
    evidence: [first.evidence],
    ...whom(ids),
  };
};

export const badFrames: Rule = ({ records, cameras: views }) => {
  const cameras = [...new Set(records.flatMap(({ camera_id, outcome }) => (outcome === 'rejected' ? camera_id : [])))];
  const bad = cameras.flatMap((camera_id) => {
    const own = records.filter((record) => record.camera_id === camera_id);
    const rejected = own.filter(({ outcome }) => outcome === 'rejected');
    const share = rejected.length / own.length;
    const reason = rejected.at(-1)?.reason ?? 'they cannot be read';
    return rejected.length < MIN_BAD || share < REJECTED ? [] : [{ camera_id, share, reason }];
  });
  const [first] = bad.sort((a, b) => b.share - a.share);
  if (!first) return undefined;
  const ids = bad.map(({ camera_id }) => camera_id);
  const nameIn = (id: string) => nameOf(views.find(({ camera_id }) => camera_id === id) ?? { camera_id: id });
  return {
    cause: 'bad-frames',
    severity: 'warning',
    message:
      bad.length === 1
        ? `${percent(first.share)} of the pictures of camera ${nameIn(first.camera_id)} are bad: ${sentence(first.reason)}`
        : `${count(bad.length, 'camera')} send bad pictures, ${names(ids.map(nameIn))}: ${sentence(first.reason)}`,
    advice: 'Look at that source: its encoder, or the connection to it. Other cameras are not touched.',
    evidence: [
      {
        title: 'of its pictures cannot be read',
        value: first.share,
        unit: 'ratio',
        limit: REJECTED,
        series: 'outcomes',
      },
    ],
    ...whom(ids),
  };
};
