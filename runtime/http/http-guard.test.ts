import { connect } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../process/wait.ts';
import { createHttpGuard, type HttpGuardOptions } from './http-guard.ts';
import { type Listening, listen, type ServerLimits } from './listen.ts';

const refusalOf = (options: HttpGuardOptions, headers: Record<string, string>, remoteAddress = '127.0.0.1') => {
  try {
    createHttpGuard(options).check({ headers, socket: { remoteAddress } });
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const local = { host: '127.0.0.1' };
const open = { host: '0.0.0.0' };

describe('a request to loopback', () => {
  it.each(['127.0.0.1:8090', 'localhost', 'LOCALHOST:1', '[::1]:8090', '127.0.0.2'])('may be for %s', (host) => {
    expect(refusalOf(local, { host })).toBeUndefined();
  });

  it.each([
    'evil.example:8090',
    '127.evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
    '[::1',
    'a@127.0.0.1',
  ])('may not be for %j: that name was bound to it by somebody else', (host) => {
    expect(refusalOf(local, { host })).toBe('host');
    expect(refusalOf({ ...local, allowedHosts: ['*'] }, { host })).toBeUndefined();
  });

  it('may be for a name that is allowed', () => {
    const options = { ...local, allowedHosts: ['Cams.example.org'] };
    expect(refusalOf(options, { host: 'cams.example.org:8443' })).toBeUndefined();
    expect(refusalOf(options, { host: 'evil.example' })).toBe('host');
  });

  it('may not be for another name after one that was let in', () => {
    const guard = createHttpGuard(local);
    for (let n = 0; n < 2; n++) {
      guard.check({ headers: { host: 'localhost' } });
      expect(() => guard.check({ headers: { host: 'evil.example' } })).toThrow('evil.example');
    }
  });

  it('for a rebound name is not saved by a header that its page can set', () => {
    const headers = { host: 'evil.example', origin: 'http://evil.example', 'x-forwarded-host': '127.0.0.1' };
    expect(refusalOf({ ...local, trustProxy: ['loopback'] }, headers)).toBe('host');
  });
});

it('beyond loopback any name will do, unless some are named', () => {
  expect(refusalOf(open, { host: 'cams.example.org' })).toBeUndefined();
  const named = { ...open, allowedHosts: ['cams.example.org'] };
  expect(refusalOf(named, { host: 'cams.example.org' })).toBeUndefined();
  expect(refusalOf(named, { host: '127.0.0.1:8080' })).toBeUndefined();
  expect(refusalOf(named, { host: 'evil.example' })).toBe('host');
});

describe('a page', () => {
  const host = '127.0.0.1:8090';
  it.each([
    'null',
    'http://evil.example',
    'http://127.0.0.1:9',
    'file://',
    '127.0.0.1:8090',
    'ftp://127.0.0.1:8090',
    'http://127.0.0.1:8090/',
    '',
  ])('of the origin %j may not ask', (origin) => {
    expect(refusalOf(local, { host, origin })).toBe('origin');
    expect(refusalOf(open, { host, origin })).toBe('origin');
    expect(refusalOf(open, { origin })).toBe('origin');
  });

  it('of this server may, and of an origin that is named', () => {
    expect(refusalOf(local, { host, origin: `http://${host}` })).toBeUndefined();
    expect(refusalOf(open, { host: 'cams.example.org', origin: 'https://cams.example.org' })).toBeUndefined();
    expect(refusalOf(open, { host: 'cams.example.org:443', origin: 'https://cams.example.org' })).toBeUndefined();
    const allowed = { ...local, allowedOrigins: ['https://wall.example'] };
    expect(refusalOf(allowed, { host, origin: 'https://wall.example' })).toBeUndefined();
    expect(refusalOf(allowed, { host, origin: 'http://wall.example' })).toBe('origin');
    const page = { headers: { host, origin: 'https://wall.example' } };
    expect(createHttpGuard(allowed).isOwn(page)).toBe(false);
  });

  it('of elsewhere may not ask without an Origin either, as for an image; a link may lead here', () => {
    for (const site of ['cross-site', 'same-site']) {
      expect(refusalOf(local, { host, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' })).toBe('origin');
      expect(refusalOf(local, { host, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' })).toBeUndefined();
    }
    expect(refusalOf(local, { host, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'no-cors' })).toBeUndefined();
  });
});

describe('what a proxy says', () => {
  const headers = { host: '127.0.0.1:1', origin: 'https://cams.example', 'x-forwarded-host': 'cams.example' };
  it('is believed of the peers that are named alone', () => {
    expect(refusalOf(open, headers)).toBe('origin');
    expect(refusalOf({ ...open, trustProxy: ['loopback'] }, headers)).toBeUndefined();
    expect(refusalOf({ ...open, trustProxy: ['loopback'] }, headers, '::ffff:127.0.0.1')).toBeUndefined();
    expect(refusalOf({ ...open, trustProxy: ['loopback'] }, headers, '10.1.2.3')).toBe('origin');
    expect(refusalOf({ ...open, trustProxy: ['10.0.0.0/8'] }, headers, '10.1.2.3')).toBeUndefined();
  });

  it('of a client is the last one that it names', () => {
    const request = { headers: { 'x-forwarded-for': '6.6.6.6, 192.0.2.7' }, socket: { remoteAddress: '127.0.0.1' } };
    expect(createHttpGuard(local).clientOf(request)).toBe('127.0.0.1');
    expect(createHttpGuard({ ...local, trustProxy: ['loopback'] }).clientOf(request)).toBe('192.0.2.7');
  });
});

describe('a server', () => {
  const servers: Listening[] = [];
  afterEach(async () => {
    for (const { server, close } of servers.splice(0)) {
      server.closeAllConnections();
      await close();
    }
  });
  async function start(limits?: ServerLimits): Promise<Listening> {
    const app = new Hono().all('*', async (c) => c.text(`${(await c.req.text()).length} bytes`));
    const listening = await listen(app, { host: '127.0.0.1', port: 0, limits });
    servers.push(listening);
    return listening;
  }
  /** What comes back of these bytes until the connection ends, or until it is asked for. */
  function speak({ port }: Listening, text: string) {
    const said = { text: '', closed: false };
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.on('data', (chunk) => (said.text += chunk));
    socket.on('close', () => (said.closed = true));
    socket.write(text);
    return { said, socket };
  }

  it('lets nothing past the guard, and says why in JSON that no browser takes for anything else', async () => {
    const { port } = await start();
    const answer = await fetch(`http://127.0.0.1:${port}/x`, { headers: { origin: 'null' } });
    expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([403, 'nosniff']);
    expect(await answer.json()).toMatchObject({ code: 'origin' });
    expect((await fetch(`http://127.0.0.1:${port}/x`)).headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('refuses a request of two lengths, and a head that is too large', async () => {
    const server = await start();
    const two = speak(
      server,
      'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    );
    await waitFor('its end', () => two.said.closed);
    expect(two.said.text).toMatch(/^HTTP\/1.1 400 /);
    expect(two.said.text.match(/HTTP\/1.1/g)).toHaveLength(1);
    const large = speak(server, `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    await waitFor('its end', () => large.said.closed);
    expect(large.said.text).toMatch(/^HTTP\/1.1 431 /);
  });

  it('disconnects a peer that sends no request, half a head, or a body without end', async () => {
    const server = await start({ headersMs: 300, requestMs: 600 });
    const mute = speak(server, '');
    const slow = speak(server, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ');
    const body = speak(server, 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nx');
    const drip = setInterval(() => [slow, body].map(({ socket }) => socket.write('x')), 50);
    await waitFor('all to be disconnected', () => [mute, slow, body].every(({ said }) => said.closed));
    clearInterval(drip);
  });

  it('answers others while a thousand connections say nothing, and takes no more than it may', async () => {
    const server = await start({ connections: 1_010 });
    const idle = Array.from({ length: 1_000 }, () => speak(server, ''));
    await waitFor('all to be there', () => idle.every(({ socket }) => socket.readyState === 'open'));
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
    const more = Array.from({ length: 100 }, () => speak(server, ''));
    await waitFor('some to be refused', () => more.some(({ said }) => said.closed));
    for (const { socket } of [...idle, ...more]) socket.destroy();
  });
});
