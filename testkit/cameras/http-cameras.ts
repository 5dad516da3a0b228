/**
 * One HTTP server that is many cameras, one at each path: each sends JPEGs in another of the ways that cameras have. Browsers show
 * all of them.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../system/loopback.ts';

export interface HttpCameras {
  url(name: string): string;
  /** How often the path was asked for. */
  asked(name: string): number;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What a camera that sends frames one after the other is like. */
interface Streaming {
  /** Content type of the answer; none where it is empty. */
  type: string;
  before?: string;
  part(jpeg: Uint8Array): (string | Uint8Array)[];
}

const MIXED = 'multipart/x-mixed-replace';
const headed =
  (...lines: string[]) =>
  (jpeg: Uint8Array) => [[...lines, '', ''].join('\r\n').replace('{n}', String(jpeg.length)), jpeg, '\r\n'];
const TYPE = 'Content-Type: image/jpeg';
const LENGTH = 'Content-Length: {n}';

/** By name: cameras whose frames come through as they are. */
export const STREAMING: Record<string, Streaming> = {
  plain: { type: `${MIXED}; boundary=x`, part: headed('--x', TYPE, LENGTH) },
  'no-length': { type: `${MIXED}; boundary="x"`, part: headed('--x', TYPE) },
  'line-feeds': { type: `${MIXED}; boundary=x`, part: (jpeg) => [`--x\n${TYPE}\n\n`, jpeg, '\n'] },
  'boundary-without-dashes': { type: `${MIXED}; boundary=x`, part: headed('x', TYPE, LENGTH) },
  'boundary-with-dashes': { type: `${MIXED}; boundary=--x`, part: headed('--x', TYPE, LENGTH) },
  'boundary-without-end': { type: `${MIXED};boundary=--x`, part: (jpeg) => [`--x${TYPE}\r\n\r\n`, jpeg] },
  'type-jpg': { type: `${MIXED}; boundary=x`, part: headed('--x', 'Content-Type: image/jpg', LENGTH) },
  'no-part-type': { type: `${MIXED}; boundary=x`, part: headed('--x', LENGTH) },
  'short-length': { type: `${MIXED}; boundary=x`, part: headed('--x', TYPE, 'Content-Length: 100') },
  'long-length': { type: `${MIXED}; boundary=x`, part: headed('--x', TYPE, 'Content-Length: 9{n}') },
  preamble: { type: `${MIXED}; boundary=x`, before: 'a preamble\r\n\r\n', part: headed('--x', TYPE, LENGTH) },
  'other-parts': {
    type: `${MIXED}; boundary=x`,
    part: (jpeg) => ['--x\r\nContent-Type: text/plain\r\n\r\nalive\r\n', ...headed('--x', TYPE, LENGTH)(jpeg)],
  },
  'no-parts': { type: 'image/jpeg', part: (jpeg) => [jpeg] },
  octets: { type: 'application/octet-stream', part: (jpeg) => [jpeg] },
  'no-type': { type: '', part: headed('--x', TYPE, LENGTH) },
};

const LOGIN = { user: 'me', password: 'se:cret@#1', realm: 'a camera', nonce: 'abc' };
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Whether a request answers the Digest challenge of `digest`. */
function isAnswered({ headers, method, url }: IncomingMessage): boolean {
  const { user, password, realm, nonce } = LOGIN;
  const field = (name: string) => new RegExp(`\\b${name}="?([^",]*)`).exec(headers.authorization ?? '')?.[1];
  const secret = md5(`${user}:${realm}:${password}`);
  const about = md5(`${method}:${url}`);
  return field('response') === md5([secret, nonce, field('nc'), field('cnonce'), 'auth', about].join(':'));
}

/** @param every milliseconds from frame to frame. */
export async function startHttpCameras({
  frames,
  every = 100,
}: {
  frames: Uint8Array[];
  every?: number;
}): Promise<HttpCameras> {
  const asked = new Map<string, number>();
  let next = 0;
  const frame = () => frames[next++ % frames.length]!;

  function stream({ type, before = '', part }: Streaming, response: ServerResponse): void {
    response.writeHead(200, type ? { 'content-type': type } : {});
    response.write(before);
    const send = () => {
      for (const piece of part(frame())) response.write(piece);
    };
    send();
    const clock = setInterval(send, every);
    response.on('close', () => clearInterval(clock));
  }

  const page = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Camera - Login</title><form></form>');
  const others: Record<string, Answer> = {
    snapshot: (_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(frame()),
    'one-for-each-connection': (_, response) => {
      response.writeHead(200, { 'content-type': STREAMING.plain!.type });
      for (const piece of STREAMING.plain!.part(frame())) response.write(piece);
      response.end();
    },
    endless: (_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      response.write(frame().subarray(0, -2));
      const more = Buffer.alloc(256 * 1024, 1);
      const send = () => {
        while (response.write(more));
      };
      response.on('drain', send);
      send();
    },
    moved: (_, response) => response.writeHead(302, { location: '/plain' }).end(),
    'moved-to-file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    'moved-in-circles': (_, response) => response.writeHead(302, { location: '/moved-in-circles' }).end(),
    digest(request, response) {
      if (isAnswered(request)) return stream(STREAMING.plain!, response);
      const challenge = `Digest realm="${LOGIN.realm}", qop="auth", nonce="${LOGIN.nonce}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    },
    login: (_, response) => page(response),
    gone: (_, response) => response.writeHead(410).end(),
    busy: (_, response) => response.writeHead(503).end(),
    json: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  };

  const server = createServer((request, response) => {
    const name = request.url!.slice(1);
    asked.set(name, (asked.get(name) ?? 0) + 1);
    const streaming = STREAMING[name];
    if (streaming) stream(streaming, response);
    else if (others[name]) others[name](request, response);
    else response.writeHead(404).end();
  });
  const port = await listenOnLoopback(server);
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    asked: (name) => asked.get(name) ?? 0,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
