import { createServer, type RequestListener, request as rawRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRegistry, waitFor } from '@framewire/runtime';
import { silentLog } from '@framewire/runtime/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway } from './server.ts';
import { type FunctionStatus, ScaleError } from './status.ts';

const registry = createRegistry();
const servers: Server[] = [];
let functions: FunctionStatus[] = [];
let scaled: [string, number][] = [];
let gateway = '';

beforeEach(async () => {
  registry.clear();
  functions = [];
  scaled = [];
  const server = createGateway({
    provider: {
      list: () => functions,
      async scale(name, replicas) {
        if (replicas > 20) throw new ScaleError('too many');
        scaled.push([name, replicas]);
      },
    },
    username: 'admin',
    password: 'secret',
    upstreamTimeoutMs: 500,
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
    labels: { 'com.openfaas.scale.max': '4', 'com.openfaas.scale.factor': '50' },
    annotations: { topic: 'frame_queue' },
    replicas: handlers.length,
    endpoints,
    createdAt: new Date(0).toISOString(),
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

const authorized = { authorization: `Basic ${btoa('admin:secret')}` };
const system = (path: string, init: RequestInit = {}) => fetch(`${gateway}${path}`, { ...init, headers: authorized });
const post = (path: string, body: unknown) => system(path, { method: 'POST', body: JSON.stringify(body) });

describe('an invocation', () => {
  it('reaches the function with path, query, body and the headers of a call', async () => {
    await deploy('echo', echo);
    const response = await fetch(`${gateway}/function/echo.openfaas-fn/a/b?c=d`, {
      method: 'POST',
      body: new Uint8Array(300_000),
      headers: { 'x-topic': 'frame_queue', 'content-type': 'image/jpeg' },
    });
    const seen = await response.json();
    expect(seen).toMatchObject({ method: 'POST', url: '/a/b?c=d', length: 300_000 });
    expect(seen.headers).toMatchObject({
      'x-topic': 'frame_queue',
      'content-type': 'image/jpeg',
      'x-forwarded-host': new URL(gateway).host,
      'x-forwarded-for': '127.0.0.1',
      'x-call-id': response.headers.get('x-call-id'),
      'x-start-time': expect.stringMatching(/^\d{19}$/),
    });
    expect(response.headers.get('x-own')).toBe('kept');
  });

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

  it('is streamed: what a function writes arrives before it is done', async () => {
    let finish = () => {};
    await deploy('stream', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      finish = () => response.end('data: 2\n\n');
    });
    const response = await fetch(`${gateway}/function/stream`, { headers: { accept: 'text/event-stream' } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('data: 1\n\n');
    finish();
    expect((await reader.read()).value).toBe('data: 2\n\n');
    expect((await reader.read()).done).toBe(true);
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

  it("passes on a function's own refusal", async () => {
    await deploy('busy', (_, response) => void response.writeHead(429, { 'retry-after': '1' }).end('busy'));
    const response = await fetch(`${gateway}/function/busy`);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([429, '1', 'busy']);
  });
});

describe('/system/', () => {
  it('wants basic auth; /healthz does not', async () => {
    const response = await fetch(`${gateway}/system/functions`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Restricted"');
    expect((await fetch(`${gateway}/healthz`)).status).toBe(200);
  });

  it('lists and describes functions', async () => {
    await deploy('echo', echo, echo);
    const described = {
      name: 'echo',
      namespace: 'openfaas-fn',
      annotations: { topic: 'frame_queue' },
      replicas: 2,
      availableReplicas: 2,
      invocationCount: 1,
    };
    await (await fetch(`${gateway}/function/echo`)).text();
    await waitFor('the invocation to be counted', async () => {
      const now = await (await system('/system/function/echo')).json();
      return now.invocationCount === 1;
    });
    expect(await (await system('/system/functions')).json()).toEqual([expect.objectContaining(described)]);
    expect((await system('/system/function/nobody')).status).toBe(404);
    expect(await (await system('/system/namespaces')).json()).toEqual(['openfaas-fn']);
    expect(await (await system('/system/info')).json()).toHaveProperty('provider.orchestration', 'processes');
  });

  it('scales', async () => {
    await deploy('echo', echo);
    expect((await post('/system/scale-function/echo', { serviceName: 'echo', replicas: 3 })).status).toBe(202);
    expect(scaled).toEqual([['echo', 3]]);
    expect((await post('/system/scale-function/nobody', { replicas: 3 })).status).toBe(404);
    expect((await post('/system/scale-function/echo', { replicas: 'many' })).status).toBe(400);
    expect((await post('/system/scale-function/echo', { replicas: 21 })).status).toBe(400);
  });

  it('steps up while an alert fires, and goes straight to the minimum when it does not', async () => {
    const echoes = await deploy('echo', echo);
    const alert = (status: string, function_name = 'echo.openfaas-fn') =>
      post('/system/alert', { alerts: [{ status, labels: { function_name } }] });
    expect((await alert('firing')).status).toBe(200);
    echoes.replicas = 3;
    await alert('firing', 'echo');
    echoes.replicas = 4;
    await alert('firing');
    await alert('resolved');
    expect(scaled).toEqual([
      ['echo', 3],
      ['echo', 4],
      ['echo', 1],
    ]);
    expect((await alert('firing', 'nobody')).status).toBe(500);
    expect((await post('/system/alert', {})).status).toBe(400);
  });
});

it("counts under the OpenFaaS gateway's names", async () => {
  await deploy('echo', echo);
  await (await fetch(`${gateway}/function/echo`)).text();
  const text = await waitFor('the count', async () => {
    const now = await registry.metrics();
    return now.includes('invocation_total{') ? now : undefined;
  });
  for (const line of [
    'gateway_function_invocation_total{function_name="echo.openfaas-fn",code="200"} 1',
    'gateway_function_invocation_started{function_name="echo.openfaas-fn"} 1',
    'gateway_functions_seconds_count{function_name="echo.openfaas-fn",code="200"} 1',
    'gateway_service_count{function_name="echo.openfaas-fn"} 1',
  ])
    expect(text).toContain(line);
});
