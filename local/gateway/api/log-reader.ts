import { createReadStream, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { sleep } from '@framewire/runtime/process';

export interface LogLine {
  /** The node id of the replica that wrote it. */
  instance: string;
  /** ISO 8601. */
  timestamp: string;
  text: string;
}

export interface LogRequest {
  /** How many of the last lines; absent for all. */
  tail?: number;
  since?: Date;
  instance?: string;
  /** Continues with what is written later, until the signal. */
  follow: boolean;
}

/** How often a log that is followed is looked at, milliseconds. */
const LOOK_MS = 200;

/** Reads the log of a function's replicas, oldest line first. A log that is not there yet is empty. */
export async function* readLog(file: string, request: LogRequest, signal: AbortSignal): AsyncGenerator<LogLine> {
  const { tail, since, instance, follow } = request;
  const parse = createParser(file);
  const wanted = (line: LogLine) =>
    (!since || Date.parse(line.timestamp) >= since.getTime()) && (!instance || line.instance === instance);

  const more = createLineReader(file);
  const kept: LogLine[] = [];
  for await (const text of more()) {
    const line = parse(text);
    if (!wanted(line)) continue;
    if (tail === undefined) yield line;
    else if (kept.push(line) > tail) kept.shift();
  }
  yield* kept;

  while (follow && !signal.aborted) {
    await sleep(LOOK_MS, signal);
    for await (const text of more()) {
      const line = parse(text);
      if (wanted(line)) yield line;
    }
  }
}

/**
 * A line of ours is JSON and says who wrote it when. Of one that is not (what a crash prints) the line before it knows, or else
 * when the file was last written to.
 */
function createParser(file: string): (text: string) => LogLine {
  let last: Omit<LogLine, 'text'> | undefined;
  return (text) => {
    try {
      const { node_id, time } = JSON.parse(text) as { node_id?: unknown; time?: unknown };
      if (typeof time === 'string') last = { instance: String(node_id ?? ''), timestamp: time };
    } catch {
      // no JSON
    }
    return { instance: '', timestamp: statSync(file).mtime.toISOString(), ...last, text };
  };
}

/** Gives at each call the whole lines that have come since the last one. */
function createLineReader(file: string): () => AsyncGenerator<string> {
  let at = 0;
  let rest = '';
  let decoder = new StringDecoder('utf8');
  return async function* more() {
    const size = sizeOf(file);
    if (size < at) {
      // the file was replaced or truncated
      at = 0;
      rest = '';
      decoder = new StringDecoder('utf8');
    }
    if (size === at) return;
    for await (const chunk of createReadStream(file, { start: at, end: size - 1 })) {
      at += (chunk as Buffer).length;
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
