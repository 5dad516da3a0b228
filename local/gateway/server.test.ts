import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, type RequestListener, request as rawRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/runtime/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretStore } from './api/secret-store.ts';
import type { FunctionStatus } from './faas-provider.ts';
import { createGateway } from './server.ts';

const registry = createRegistry();
const servers: Server[] = [];
let functions: FunctionStatus[] = [];
let gateway = '';
let ending = new AbortController();
const unused = () => Promise.reject(new Error('not asked for here'));
const folder = mkdtempSync(join(tmpdir(), 'framewire-gateway-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  registry.clear();
  functions = [];
  ending = new AbortController();
  const server = createGateway({
    provider: {
      list: () => functions,
      scale: unused,
      deploy: unused,
      update: unused,
      remove: unused,
    },
    secrets: createSecretStore(folder),
    username: 'admin',
    password: 'secret',
    upstreamTimeoutMs: 500,
    ending: ending.signal,
    registry,
    log: silentLog,
  });
  gateway = `http://127.0.0.1:${await serve(server)}`;
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A function with a replica for each handler. */
async function deploy(name: string, ...handlers: RequestListener[]): Promise<FunctionStatus> {
  const endpoints = await Promise.all(
    handlers.map(async (handler, n) => ({ id: `${name}-${n}`, port: await serve(createServer(handler)) })),
  );
  const status = {
    name,
    image: `process:${name}`,
    labels: {},
    annotations: {},
    replicas: handlers.length,
    endpoints,
    createdAt: new Date(0).toISOString(),
    secrets: [],
    log: '',
  };
  functions.push(status);
  return status;
}

const echo: RequestListener = async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url, headers } = request;
  response.setHeader('x-own', 'kept');
  response.end(JSON.stringify({ method, url, headers, length: Buffer.concat(chunks).length }));
};

describe('a page that a browser shows', () => {
  /** As a form that posts a file: no browser asks first. */
  const post = (headers: Record<string, string>) => {
    const form = new FormData();
    form.set('picture', new Blob(['x']), 'x.jpg');
    return fetch(`${gateway}/function/echo`, { method: 'POST', body: form, headers });
  };

  it('of another origin calls no function, nor does one of a name that was bound to this address', async () => {
    let calls = 0;
    await deploy('echo', (request, response) => {
      calls++;
      echo(request, response);
    });
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:9']) {
      const refused = await post({ origin });
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'origin']);
    }
    const host = 'evil.example:8080';
    const status = await new Promise((resolve, reject) => {
      const asked = rawRequest(`${gateway}/function/echo`, { headers: { host, origin: `http://${host}` } });
      asked.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      asked.end();
    });
    expect([status, calls]).toEqual([403, 0]);
    expect((await post({})).status).toBe(200);
    expect((await post({ origin: gateway })).status).toBe(200);
  });
});

describe('an invocation', () => {
  it('keeps the call id it is given, and passes on nothing that belongs to one hop', async () => {
    await deploy('echo', echo);
    const headers = await new Promise<Record<string, string>>((resolve, reject) => {
      const request = rawRequest(`${gateway}/function/echo`, {
        headers: {
          connection: 'Upgrade, X-Hop',
          upgrade: 'websocket',
          'x-hop': '1',
          'x-call-id': 'mine',
          te: 'trailers',
        },
      });
      request.on('response', async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text).headers);
      });
      request.on('error', reject).end();
    });
    expect(headers['x-call-id']).toBe('mine');
    for (const name of ['upgrade', 'x-hop', 'te']) expect(headers).not.toHaveProperty(name);
  });

  it('ends at the function when whoever called goes away', async () => {
    let gone = false;
    await deploy('endless', (_, response) => {
      response.write('x');
      response.on('close', () => {
        gone = true;
      });
    });
    const leaving = new AbortController();
    await fetch(`${gateway}/function/endless`, { signal: leaving.signal });
    leaving.abort();
    await waitFor('the function to hear of it', () => gone);
  });

  it('that nobody waits for any more is counted as one without an answer', async () => {
    let came = false;
    await deploy('slow', () => {
      came = true;
    });
    const leaving = new AbortController();
    const call = fetch(`${gateway}/function/slow`, { signal: leaving.signal });
    await waitFor('the call', () => came);
    leaving.abort();
    await expect(call).rejects.toThrow();
    const count = 'gateway_function_invocation_total{function_name="slow.openfaas-fn",code="502"} 1';
    await waitFor('the count', async () => (await registry.metrics()).includes(count));
  });

  it('is spread over the replicas', async () => {
    const seen = new Set<string>();
    const held: (() => void)[] = [];
    const replica =
      (id: string): RequestListener =>
      (_, response) => {
        seen.add(id);
        held.push(() => response.end());
      };
    await deploy('many', replica('a'), replica('b'), replica('c'));
    const calls = [1, 2, 3].map(() => fetch(`${gateway}/function/many`));
    await waitFor('all replicas', () => seen.size === 3);
    for (const release of held) release();
    await Promise.all(calls);
  });
});

describe('an invocation that fails', () => {
  const invoke = async (name: string) => {
    const response = await fetch(`${gateway}/function/${name}`, { method: 'POST', body: 'x' });
    return [response.status, await response.text()];
  };

  it('404: there is no such function', async () => {
    expect(await invoke('nobody')).toEqual([
      404,
      'error finding function nobody.openfaas-fn: function nobody not found\n',
    ]);
  });

  it('503: no replica is ready', async () => {
    await deploy('starting');
    expect(await invoke('starting')).toEqual([503, 'no replica of starting is ready\n']);
  });

  it('502: the replica dies before it answers, or is gone', async () => {
    const dying = await deploy('dying', (request) => void request.socket.destroy());
    expect(await invoke('dying')).toEqual([502, "Can't reach service for: dying.\n"]);
    dying.endpoints = [{ id: 'gone', port: 1 }];
    expect((await invoke('dying'))[0]).toBe(502);
  });

  it('breaks off when the replica dies half-way through its answer', async () => {
    await deploy('half', (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.socket?.destroy());
    });
    const response = await fetch(`${gateway}/function/half`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('504: no answer within the time limit', async () => {
    await deploy('slow', () => {});
    expect((await invoke('slow'))[0]).toBe(504);
  });
});

it('a refusal that comes before all of the request was sent leaves its connection to the next one', async () => {
  await deploy('picky', (request, response) => {
    if (request.url === '/small') return response.end('taken');
    response.writeHead(413).end('too large'); // and reads no further
    setTimeout(() => request.destroy(), 100);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (path: string, bytes: number) =>
    new Promise<string>((resolve, reject) => {
      const request = rawRequest(`${gateway}/function/picky${path}`, { method: 'POST', agent }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
        answer.on('error', reject);
      });
      request.on('error', reject);
      request.end(Buffer.alloc(bytes));
    });
  for (let n = 0; n < 5; n++) {
    expect(await post('', 11_000_000)).toBe('413 too large');
    expect(await post('/small', 2)).toBe('200 taken');
  }
  agent.destroy();
});

describe('a gateway that ends', () => {
  it('cuts a stream of events at once, and lets another answer finish', async () => {
    let finish = () => {};
    await deploy('events', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    await deploy('other', (_, response) => {
      response.write('half');
      finish = () => response.end(' and half');
    });
    const [events, other] = await Promise.all([
      fetch(`${gateway}/function/events`),
      fetch(`${gateway}/function/other`),
    ]);
    ending.abort();
    await expect(events.text()).rejects.toThrow();
    finish();
    expect(await other.text()).toBe('half and half');
  });

  it('ends a log that is followed', async () => {
    const fn = await deploy('logged', echo);
    fn.log = join(folder, 'logged.log');
    writeFileSync(
      fn.log,
      `${JSON.stringify({ time: new Date().toISOString(), node_id: 'logged-1', msg: 'a line' })}\n`,
    );
    const headers = { authorization: `Basic ${btoa('admin:secret')}` };
    const response = await fetch(`${gateway}/system/logs?name=logged&follow=1`, { headers });
    ending.abort();
    expect(await response.text()).toContain('a line');
  });
});

describe('a call to the API', () => {
  const post = (length: number) => {
    const client = rawRequest(`${gateway}/system/functions`, {
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

  it('400: a parameter that nobody reads, by its name', async () => {
    const headers = { authorization: `Basic ${btoa('admin:secret')}` };
    const answer = await fetch(`${gateway}/system/logs?name=x&tial=5`, { headers });
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
      async () => (await fetch(`${gateway}/system/functions`, { method: 'POST', body: '{}' })).status === 401,
    );
  });
});
