import type { ResultRecord, WayStages } from '@framewire/contract';

/** What this browser knows of a frame's way, milliseconds since the epoch by the server's clock. */
export interface Sight {
  pushed?: number;
  drawn?: number;
}

/** One part of a frame's way; it begins where the one before it ends. Milliseconds. */
export interface Part {
  name: string;
  /** Where it was meanwhile. */
  words: string;
  /** Since the capture. */
  from: number;
  ms: number;
  /** Several parts whose borders nobody told. */
  merged: boolean;
  /** It seems to end before it begins: the two clocks do not agree. */
  ahead: boolean;
}

export interface Waterfall {
  parts: Part[];
  /** From capture to the last moment that is known; the parts add up to it. */
  age: number;
  /** What that moment is. */
  until: 'drawn' | 'pushed' | 'known';
}

const CALL = 'Function';
/** Between two moments of the way each. */
const PARTS: Record<string, string> = {
  Publish: 'until the broker had it',
  Queue: 'in the queue',
  Held: 'until a function was free',
  [CALL]: 'the gateway and the work',
  Result: 'until its outcome stood',
  Push: 'in results-ws',
  Draw: 'line, decoding, screen',
};

/** Within the call of the function. */
const INNER: Record<string, string> = {
  Gateway: 'there and back',
  Wait: 'for a worker',
  Decode: 'JPEG to pixels',
  Detect: 'the detector at work',
};

/** The whole way of one frame, as far as it is told. */
export function waterfall(record: ResultRecord, sight: Sight = {}): Waterfall {
  const { stages } = record;
  const captured = capturedAt(record);
  const known = record.timestamp * 1000;
  const moments = [stages.published_at, stages.received_at, stages.invoked_at, stages.answered_at, known];
  if (sight.pushed !== undefined) moments.push(sight.pushed);
  if (sight.drawn !== undefined) moments.push(...(sight.pushed === undefined ? [undefined] : []), sight.drawn);

  const names = Object.keys(PARTS);
  const parts: Part[] = [];
  let begin = captured;
  let open: string[] = [];
  moments.forEach((end, i) => {
    open.push(names[i]!);
    if (end === undefined) return;
    const inner = open.length === 1 && open[0] === CALL ? callOf(record, end - begin) : undefined;
    for (const { name, words, ms } of inner ?? [{ ...joined(open), ms: end - begin }]) {
      parts.push({ name, words, from: begin - captured, ms, merged: open.length > 1, ahead: ms < 0 });
      begin += ms;
    }
    begin = end;
    open = [];
  });
  const until = sight.drawn !== undefined ? 'drawn' : sight.pushed !== undefined ? 'pushed' : 'known';
  return { parts, age: begin - captured, until };
}

/** Milliseconds since the epoch, by the producer's clock. */
export const capturedAt = (record: ResultRecord): number =>
  record.stages.captured_at ?? record.original_timestamp * 1000;

function joined(names: string[]): Pick<Part, 'name' | 'words'> {
  const name = names.map((one, i) => (i === 0 ? one : one.toLowerCase())).join(', ');
  return { name, words: names.length === 1 ? PARTS[name]! : 'not told apart' };
}

/** What the call of the function was made of, where the function tells. */
function callOf({ stages }: ResultRecord, ms: number): Pick<Part, 'name' | 'words' | 'ms'>[] | undefined {
  const { wait = 0, decode, detect } = stages;
  if (decode === undefined && detect === undefined) return undefined;
  const gateway = ms - wait - (decode ?? 0) - (detect ?? 0);
  const parts = { Gateway: gateway, Wait: wait, Decode: decode ?? 0, Detect: detect ?? 0 };
  return Object.entries(parts).map(([name, part]) => ({ name, words: INNER[name]!, ms: part }));
}

/** The mean way of many frames, part by part, until their outcome was known. */
export function meanParts(stages: WayStages): Part[] {
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
    const part = { name, words: PARTS[name] ?? INNER[name]!, from, ms, merged: false, ahead: ms < 0 };
    from += ms;
    return part;
  });
}

/** What most of the time went to; undefined where that was not told apart. */
export function longest({ parts }: Waterfall): Part | undefined {
  const [most] = [...parts].sort((a, b) => b.ms - a.ms);
  return most?.merged ? undefined : most;
}
