/**
 * A small RTSP server (RFC 2326), as a camera is one: what one client records, others play. Over TCP alone, the packets
 * interleaved; it looks into none of them, so any codec passes.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface RtspServer {
  port: number;
  /** `rtsp://127.0.0.1:<port>/<name>`, for recording and playing. */
  url(name: string): string;
  /** How many play a stream at present. */
  players(name: string): number;
  /** From now on nothing is passed on, and no connection ends: a camera that hangs. */
  freeze(frozen: boolean): void;
  /** Cuts every connection and frees the port: a camera whose plug is pulled. */
  close(): Promise<void>;
}

interface Stream {
  sdp: string;
  players: Set<Socket>;
}

/** @param login `user:password` that players must give (Basic). */
export async function startRtspServer({
  port = 0,
  login,
}: {
  port?: number;
  login?: string;
} = {}): Promise<RtspServer> {
  const streams = new Map<string, Stream>();
  const sockets = new Set<Socket>();
  let frozen = false;

  const server = createServer((socket) => {
    let recording: Stream | undefined;
    sockets.add(socket);
    socket.on('error', () => {}); // a client that went away
    socket.on('close', () => {
      sockets.delete(socket);
      for (const { players } of streams.values()) players.delete(socket);
    });
    const reader = createReader(answer, (packet) => {
      if (!frozen) for (const player of recording?.players ?? []) player.write(packet);
    });
    socket.on('data', reader);

    function answer({ method, url, headers, body }: Request): void {
      const name = nameOf(url);
      const reply = (status: string, lines: string[] = [], content = '') =>
        socket.write(
          [
            `RTSP/1.0 ${status}`,
            `CSeq: ${headers.get('cseq')}`,
            ...lines,
            `Content-Length: ${content.length}`,
            '',
            content,
          ].join('\r\n'),
        );
      switch (method) {
        case 'OPTIONS':
          return void reply('200 OK', ['Public: OPTIONS, ANNOUNCE, DESCRIBE, SETUP, RECORD, PLAY, TEARDOWN']);
        case 'ANNOUNCE':
          recording = { sdp: body, players: new Set() };
          streams.set(name, recording);
          return void reply('200 OK');
        case 'DESCRIBE': {
          if (login && headers.get('authorization') !== `Basic ${btoa(login)}`) {
            return void reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="camera"']);
          }
          const stream = streams.get(name);
          if (!stream) return void reply('404 Not Found');
          return void reply('200 OK', ['Content-Type: application/sdp', `Content-Base: ${url}/`], stream.sdp);
        }
        case 'SETUP':
          return void reply('200 OK', [`Transport: ${headers.get('transport')}`, 'Session: 1']);
        case 'RECORD':
          return void reply('200 OK', ['Session: 1']);
        case 'PLAY':
          reply('200 OK', ['Session: 1']);
          return void streams.get(name)?.players.add(socket);
        default:
          return void reply('200 OK', ['Session: 1']);
      }
    }
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    url: (name) => `rtsp://127.0.0.1:${taken}/${name}`,
    players: (name) => streams.get(name)?.players.size ?? 0,
    freeze(on) {
      frozen = on;
    },
    close: () => closeServer(server, sockets),
  };
}

interface Request {
  method: string;
  url: string;
  headers: Map<string, string>;
  body: string;
}

/** The stream's name, without the track that SETUP appends. */
const nameOf = (url: string) => new URL(url).pathname.split('/')[1] ?? '';

/** Cuts what a client sends into requests and interleaved packets (`$`, channel, length, data). */
function createReader(onRequest: (request: Request) => void, onPacket: (packet: Buffer) => void) {
  let held = Buffer.alloc(0);

  function readPacket(): boolean {
    if (held.length < 4) return false;
    const end = 4 + held.readUInt16BE(2);
    if (held.length < end) return false;
    onPacket(held.subarray(0, end));
    held = held.subarray(end);
    return true;
  }

  function readRequest(): boolean {
    const head = held.indexOf('\r\n\r\n');
    if (head < 0) return false;
    const [first, ...lines] = held.toString('latin1', 0, head).split('\r\n');
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const end = head + 4 + Number(headers.get('content-length') ?? 0);
    if (held.length < end) return false;
    const [method = '', url = ''] = first!.split(' ');
    const body = held.toString('latin1', head + 4, end);
    held = held.subarray(end);
    onRequest({ method, url, headers, body });
    return true;
  }

  return (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length && (held[0] === 0x24 ? readPacket() : readRequest()));
  };
}

function closeServer(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}
