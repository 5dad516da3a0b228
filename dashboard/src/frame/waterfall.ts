import type { LatencyStages, ResultRecord } from '@framewire/contract';

/** When a frame reached this browser, milliseconds since the epoch by the server's clock. */
export interface ViewerTimes {
  sent?: number;
  drawn?: number;
}

/** One stage of the frame pipeline; it starts where the previous one ends. Milliseconds. */
export interface Part {
  name: string;
  /** What happens in this stage. */
  note: string;
  /** Since the capture. */
  from: number;
  ms: number;
  /** Several stages without timestamps in between. */
  merged: boolean;
  /** It seems to end before it starts: two clocks disagree. */
  ahead: boolean;
}

export interface Waterfall {
  parts: Part[];
  /** From capture to the last known time; the sum of the parts. */
  total: number;
  /** What that time is. */
  until: 'drawn' | 'sent' | 'known';
}

const CALL = 'Function';
/** The stages between the timestamps, in order. */
const PARTS: Record<string, string> = {
  Publish: 'to the broker',
  Queue: 'in the queue',
  Held: 'until a replica was free',
  [CALL]: 'gateway and processing',
  Result: 'publishing the outcome',
  Send: 'in results-ws',
  Draw: 'network, decoding, screen',
};

/** The stages within the invocation. */
const INNER: Record<string, string> = {
  Gateway: 'request and response',
  Wait: 'for a worker thread',
  Decode: 'JPEG to pixels',
  Detect: 'running the detector',
};

/** The latency breakdown of one frame, as far as its timestamps are known. */
export function waterfall(record: ResultRecord, viewer: ViewerTimes = {}): Waterfall {
  const { stages } = record;
  const captured = capturedAt(record);
  const known = record.timestamp * 1000;
  const moments = [stages.published_at, stages.received_at, stages.invoked_at, stages.answered_at, known];
  if (viewer.sent !== undefined) moments.push(viewer.sent);
  if (viewer.drawn !== undefined) moments.push(...(viewer.sent === undefined ? [undefined] : []), viewer.drawn);

  const names = Object.keys(PARTS);
  const parts: Part[] = [];
  let begin = captured;
  let open: string[] = [];
  moments.forEach((end, i) => {
    open.push(names[i]!);
    if (end === undefined) return;
    const inner = open.length === 1 && open[0] === CALL ? callOf(record, end - begin) : undefined;
    for (const { name, note, ms } of inner ?? [{ ...joined(open), ms: end - begin }]) {
      parts.push({ name, note, from: begin - captured, ms, merged: open.length > 1, ahead: ms < 0 });
      begin += ms;
    }
    begin = end;
    open = [];
  });
  const until = viewer.drawn !== undefined ? 'drawn' : viewer.sent !== undefined ? 'sent' : 'known';
  return { parts, total: begin - captured, until };
}

/** Milliseconds since the epoch, by the producer's clock. */
export const capturedAt = (record: ResultRecord): number =>
  record.stages.captured_at ?? record.original_timestamp * 1000;

function joined(names: string[]): Pick<Part, 'name' | 'note'> {
  const name = names.map((one, i) => (i === 0 ? one : one.toLowerCase())).join(', ');
  return { name, note: names.length === 1 ? PARTS[name]! : 'no timestamps in between' };
}

/** The stages of the invocation, if the function reports them. */
function callOf({ stages }: ResultRecord, ms: number): Pick<Part, 'name' | 'note' | 'ms'>[] | undefined {
  const { wait = 0, decode, detect } = stages;
  if (decode === undefined && detect === undefined) return undefined;
  const gateway = ms - wait - (decode ?? 0) - (detect ?? 0);
  const parts = { Gateway: gateway, Wait: wait, Decode: decode ?? 0, Detect: detect ?? 0 };
  return Object.entries(parts).map(([name, part]) => ({ name, note: INNER[name]!, ms: part }));
}

/** The mean stages of many frames, up to their outcome. */
export function meanParts(stages: LatencyStages): Part[] {
  let from = 0;
  const means: [string, number][] = [
    ['Publish', stages.publish],
    ['Queue', stages.queue],
    ['Held', stages.hold],
    ['Gateway', stages.gateway],
    ['Wait', stages.wait],
    ['Decode', stages.decode],
    ['Detect', stages.detect],
    ['Result', stages.result],
  ];
  return means.map(([name, ms]) => {
    const part = { name, note: PARTS[name] ?? INNER[name]!, from, ms, merged: false, ahead: ms < 0 };
    from += ms;
    return part;
  });
}

/** The longest stage; undefined if it is a merged one. */
export function longest({ parts }: Waterfall): Part | undefined {
  const [most] = [...parts].sort((a, b) => b.ms - a.ms);
  return most?.merged ? undefined : most;
}
