import { writeFileSync } from 'node:fs';
import { request as rawRequest } from 'node:http';
import { join } from 'node:path';
import { basicAuth } from '@framewire/runtime/http';
import { waitFor } from '@framewire/runtime/process';
import { VERSION } from '@framewire/runtime/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { echo, startTestGateway, type TestGateway } from './testing/gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.close());

describe('a page that a browser shows', () => {
  /** As a form that posts a file: no browser asks first. */
  const post = (headers: Record<string, string>) => {
    const form = new FormData();
    form.set('picture', new Blob(['x']), 'x.jpg');
    return fetch(`${gateway.url}/function/echo`, { method: 'POST', body: form, headers });
  };

  it('of another origin calls no function, nor does one of a name that was bound to this address', async () => {
    let calls = 0;
    await gateway.deploy('echo', (request, response) => {
      calls++;
      echo(request, response);
    });
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:9']) {
      const refused = await post({ origin });
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'origin']);
    }
    const host = 'evil.example:8080';
    const status = await new Promise((resolve, reject) => {
      const asked = rawRequest(`${gateway.url}/function/echo`, { headers: { host, origin: `http://${host}` } });
      asked.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      asked.end();
    });
    expect([status, calls]).toEqual([403, 0]);
    expect((await post({})).status).toBe(200);
    expect((await post({ origin: gateway.url })).status).toBe(200);
  });
});

describe('a gateway that ends', () => {
  it('cuts a stream of events at once, and lets another answer finish', async () => {
    let finish = () => {};
    await gateway.deploy('events', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    await gateway.deploy('other', (_, response) => {
      response.write('half');
      finish = () => response.end(' and half');
    });
    const [events, other] = await Promise.all([
      fetch(`${gateway.url}/function/events`),
      fetch(`${gateway.url}/function/other`),
    ]);
    gateway.end();
    await expect(events.text()).rejects.toThrow();
    finish();
    expect(await other.text()).toBe('half and half');
  });

  it('ends a log that is followed', async () => {
    const fn = await gateway.deploy('logged', echo);
    fn.log = join(gateway.folder, 'logged.log');
    writeFileSync(
      fn.log,
      `${JSON.stringify({ time: new Date().toISOString(), node_id: 'logged-1', msg: 'a line' })}\n`,
    );
    const headers = { authorization: basicAuth('admin', 'secret') };
    const response = await fetch(`${gateway.url}/system/logs?name=logged&follow=1`, { headers });
    gateway.end();
    expect(await response.text()).toContain('a line');
  });
});

describe('a call to the API', () => {
  const post = (length: number) => {
    const client = rawRequest(`${gateway.url}/system/functions`, {
      method: 'POST',
      headers: { 'content-length': length },
      agent: false,
    });
    const status = new Promise<number>((resolve, reject) => {
      client.on('error', reject).on('response', (answer) => resolve(answer.resume().statusCode!));
    });
    status.catch(() => {}); // one that leaves has none
    client.flushHeaders();
    return { client, status };
  };

  it('says its version', async () => {
    const headers = { authorization: basicAuth('admin', 'secret') };
    const info = await (await fetch(`${gateway.url}/system/info`, { headers })).json();
    expect(info).toMatchObject({ provider: { version: { release: VERSION } }, version: { release: VERSION } });
  });

  it('400: a parameter that nobody reads, by its name', async () => {
    const headers = { authorization: basicAuth('admin', 'secret') };
    const answer = await fetch(`${gateway.url}/system/logs?name=x&tial=5`, { headers });
    expect([answer.status, (await answer.text()).trim()]).toEqual([
      400,
      'unknown parameter "tial": there are namespace, name, instance, since, tail, follow',
    ]);
  });

  it('413: a body that is too large, at its head', async () => {
    expect(await post(1_000_001).status).toBe(413);
  });

  it('429: more than all of them may hold together, until there is room', async () => {
    const held = Array.from({ length: 8 }, () => post(1_000_000));
    await waitFor('a refusal', async () => (await post(1_000_000).status) === 429);
    for (const { client } of held) client.destroy();
    await waitFor(
      'room',
      async () => (await fetch(`${gateway.url}/system/functions`, { method: 'POST', body: '{}' })).status === 401,
    );
  });
});
