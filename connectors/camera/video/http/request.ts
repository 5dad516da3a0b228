import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { TIMED_OUT } from '../timed-out.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import { describeError, describeStatus } from './reason.ts';

/** How long a camera may take to answer, milliseconds. */
const ANSWER_MS = 10_000;
const MAX_REDIRECTS = 8;

/** A camera that is asked over HTTP: it remembers how the camera wants its password, and keeps its connection where it may. */
export interface HttpClient {
  /**
   * The answer to a GET, where it is a 2xx. Redirects are followed within http and https; user and password stay with the host.
   * @throws Error with a message for a person.
   */
  get(signal: AbortSignal): Promise<IncomingMessage>;
  /** Frees its connection. */
  close(): void;
}

/** The answer cannot be read as HTTP. */
export class NotHttpError extends Error {}

export function createHttpClient(address: string): HttpClient {
  // as with ffmpeg: no authority certifies a camera at a local address
  const agents = {
    'http:': new Agent({ keepAlive: true, maxSockets: 1 }),
    'https:': new TlsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false }),
  };
  const start = new URL(address);
  const credentials = new Map<string, Credentials | undefined>([[start.hostname, credentialsOf(start)]]);

  function send(url: URL, authorization: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const secure = url.protocol === 'https:';
    const options = {
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname + url.search,
      headers: { 'user-agent': 'framewire', accept: '*/*', ...(authorization && { authorization }) },
      agent: agents[secure ? 'https:' : 'http:'],
      insecureHTTPParser: true, // cameras write headers of all kinds
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)(options, (answer) => {
        clearTimeout(late);
        answer.on('error', () => {}); // whoever reads it hears of it too
        resolve(answer);
      });
      const late = setTimeout(() => request.destroy(new Error(TIMED_OUT)), ANSWER_MS);
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(late);
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send(url, authorization, signal));
        else if (error.code?.startsWith('HPE_')) reject(new NotHttpError(error.message));
        else reject(new Error(describeError(error)));
      });
      request.end();
    });
  }

  /** One GET, and a second one where it wants a password. */
  async function ask(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const known = credentials.get(url.hostname);
    const path = url.pathname + url.search;
    const answer = await send(url, known?.authorization(path), signal);
    if (answer.statusCode !== 401 || !known?.learn(answer.headers['www-authenticate'])) return answer;
    answer.resume();
    return send(url, known.authorization(path), signal);
  }

  return {
    async get(signal) {
      let url = start;
      for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
        const answer = await ask(url, signal);
        const { statusCode: status = 0, headers } = answer;
        if (status >= 200 && status < 300) return answer;
        answer.destroy();
        if (status < 300 || status >= 400 || !headers.location) throw new Error(describeStatus(status));
        url = follow(headers.location, url);
        if (!credentials.has(url.hostname)) credentials.set(url.hostname, credentialsOf(url));
      }
      throw new Error('it leads from one address to the next without end');
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function follow(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (!url) throw new Error('it leads to an address that is none');
  if (!/^https?:$/.test(url.protocol)) throw new Error('it leads to another protocol, which is not allowed');
  return url;
}

const credentialsOf = ({ username, password }: URL) =>
  username || password ? createCredentials(decode(username), decode(password)) : undefined;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign is one of the password's
  }
}
