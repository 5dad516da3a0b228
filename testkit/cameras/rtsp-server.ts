/**
 * A small RTSP server (RFC 2326), as a camera is one: what one client records, others play. Over TCP, the packets interleaved, or to
 * players over UDP alone; it looks into none of them, so any codec passes.
 */
import { createSocket } from 'node:dgram';
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
  /** What each player is sent packets by. */
  players: Map<Socket, (packet: Buffer) => void>;
}

/** The timestamp of an RTP packet, 90 kHz, as a player is to see it. */
export type Clock = (timestamp: number) => number;

export async function startRtspServer({
  port = 0,
  login,
  udpOnly = false,
  clocks = {},
}: {
  port?: number;
  /** `user:password` that players must give (Basic). */
  login?: string;
  /** Players are refused TCP. */
  udpOnly?: boolean;
  /** By the name that a player asks for behind the stream's, `?clock=name`. */
  clocks?: Record<string, Clock>;
} = {}): Promise<RtspServer> {
  const streams = new Map<string, Stream>();
  const sockets = new Set<Socket>();
  let frozen = false;

  const server = createServer((socket) => {
    let recording: Stream | undefined;
    let clock: Clock | undefined;
    let udpPort: number | undefined;
    sockets.add(socket);
    socket.on('error', () => {}); // a client that went away
    socket.on('close', () => {
      sockets.delete(socket);
      for (const { players } of streams.values()) players.delete(socket);
    });
    const reader = createReader(answer, (packet) => {
      if (!frozen) for (const send of recording?.players.values() ?? []) send(packet);
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
          recording = { sdp: body, players: streams.get(name)?.players ?? new Map() };
          streams.set(name, recording);
          return void reply('200 OK');
        case 'DESCRIBE': {
          if (login && headers.get('authorization') !== `Basic ${btoa(login)}`) {
            return void reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="camera"']);
          }
          clock = clocks[new URL(url).searchParams.get('clock') ?? ''];
          const stream = streams.get(name);
          if (!stream) return void reply('404 Not Found');
          return void reply('200 OK', ['Content-Type: application/sdp', `Content-Base: ${url}/`], stream.sdp);
        }
        case 'SETUP': {
          const transport = headers.get('transport') ?? '';
          if (udpOnly && !recording && /TCP/.test(transport)) return void reply('461 Unsupported Transport');
          const [, udp] = /client_port=(\d+)/.exec(transport) ?? [];
          if (udp) udpPort = Number(udp);
          return void reply('200 OK', [`Transport: ${transport}${udp ? ';server_port=9-10' : ''}`, 'Session: 1']);
        }
        case 'RECORD':
          return void reply('200 OK', ['Session: 1']);
        case 'PLAY':
          reply('200 OK', ['Session: 1']);
          return void streams.get(name)?.players.set(socket, createSender());
        default:
          return void reply('200 OK', ['Session: 1']);
      }
    }

    function createSender(): (packet: Buffer) => void {
      const sendWhole = udpPort === undefined ? (packet: Buffer) => void socket.write(packet) : sendTo(udpPort, socket);
      if (!clock) return sendWhole;
      const set = clock;
      return (packet) => {
        if (packet[1] !== 0) return; // reports of the true time
        const changed = Buffer.from(packet);
        changed.writeUInt32BE(set(packet.readUInt32BE(8)) >>> 0, 8);
        sendWhole(changed);
      };
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

/** Sends what is interleaved in packets of their own, for as long as the player's connection lasts. */
function sendTo(port: number, connection: Socket): (packet: Buffer) => void {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  connection.on('close', () => socket.close());
  return (packet) => socket.send(packet.subarray(4), port + packet[1]!, '127.0.0.1');
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
