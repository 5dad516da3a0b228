import { type ResultRecord, type ServerMessage, serverMessage } from '@framewire/contract';

export interface ServerEvent {
  id: string | undefined;
  message: ServerMessage;
  /** Base64 JPEG, where a picture came with it. */
  frame: string | undefined;
}

/** A client of server-sent events. */
export interface EventsViewer {
  status: number;
  type: string | null;
  events: ServerEvent[];
  /** Outcomes among them. */
  readonly records: ResultRecord[];
  close(): Promise<void>;
}

/** @param lastEventId what a browser sends when it reconnects. @param key of results-ws, where it asks for one. */
export async function openEventsViewer(
  url: string,
  { lastEventId, key }: { lastEventId?: string; key?: string } = {},
): Promise<EventsViewer> {
  const ending = new AbortController();
  const answer = await fetch(url, {
    signal: ending.signal,
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      ...(key && { authorization: `Bearer ${key}` }),
    },
  });
  const events: ServerEvent[] = [];
  const reading = read(answer, events).catch((error: Error) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    events,
    get records() {
      return events.flatMap(({ message }) => (message.type === 'result' ? [message.record] : []));
    },
    async close() {
      ending.abort();
      await reading;
    },
  };
}

/** The HTML standard's event stream, as far as it is used: `id`, `data`, comments. */
async function read(answer: Response, events: ServerEvent[]): Promise<void> {
  let held = '';
  let id: string | undefined;
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    held += chunk;
    const blocks = held.split(/\r?\n\r?\n/);
    held = blocks.pop()!;
    for (const block of blocks) {
      const fields = block.split(/\r?\n/).map((line) => /^([^:]*): ?(.*)$/.exec(line) ?? []);
      id = fields.find(([, name]) => name === 'id')?.[2] ?? id;
      const data = fields.filter(([, name]) => name === 'data').map(([, , value]) => value);
      if (data.length === 0) continue;
      const json = JSON.parse(data.join('\n'));
      events.push({ id, message: serverMessage.parse(json), frame: json.frame });
    }
  }
}
