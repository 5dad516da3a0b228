import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { json, openEvents, useReplicas } from '../../testing/http.ts';

const system = useReplicas();

describe('who may look', () => {
  const key = 'a key for tests';
  const refused = (url: string, options = {}) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/results`, options);
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
      socket.on('open', () => {
        resolve(101);
        socket.close();
      });
      socket.on('error', () => {});
    });

  it('has the key: as a bearer token, or in the address where a browser can send no other', async () => {
    const url = await system.start({ key });
    const given = `key=${encodeURIComponent(key)}`;
    expect((await fetch(`${url}/api/cameras`)).status).toBe(401);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/api/cameras`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect((await fetch(`${url}/api/cameras?${given}`)).status).toBe(401);
    expect(await refused(url)).toBe(401);
    const events = await openEvents(`${url}/api/events?${given}`);
    await events.close();
    expect(await refused(`${url}`, { headers: { authorization: `Bearer ${key}` } })).toBe(101);
  });

  it('is no page of another origin, unless it is allowed', async () => {
    const url = await system.start({ origins: ['https://wall.example'] });
    // a sandboxed frame has the origin "null"
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:9']) {
      expect(await refused(url, { origin })).toBe(403);
      for (const path of ['/', '/api/cameras', '/api/events', '/healthz', '/metrics'])
        expect(await json(await fetch(url + path, { headers: { origin } }))).toMatchObject([403, { code: 'origin' }]);
    }
    expect(await refused(url, { origin: 'https://wall.example' })).toBe(101);
    expect(await refused(url, { origin: url })).toBe(101);
  });

  it('asks for this machine by its name, not by one that was bound to its address', async () => {
    const url = await system.start();
    const { port } = new URL(url);
    const host = `evil.example:${port}`;
    expect(await refused(url, { headers: { host }, origin: `http://${host}` })).toBe(403);
    expect(await refused(url, { headers: { host: `localhost:${port}` }, origin: `http://localhost:${port}` })).toBe(
      101,
    );
  });
});
