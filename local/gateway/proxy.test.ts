import { Agent, type RequestListener, request as rawRequest } from 'node:http';
import { waitFor } from '@framewire/runtime/process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { echo, startTestGateway, type TestGateway } from './testing/gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.close());

describe('an invocation', () => {
  it('keeps the call id it is given, and passes on nothing that belongs to one hop', async () => {
    await gateway.deploy('echo', echo);
    const headers = await new Promise<Record<string, string>>((resolve, reject) => {
      const request = rawRequest(`${gateway.url}/function/echo`, {
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
    let closed = false;
    await gateway.deploy('endless', (_, response) => {
      response.write('x');
      response.on('close', () => {
        closed = true;
      });
    });
    const leaving = new AbortController();
    await fetch(`${gateway.url}/function/endless`, { signal: leaving.signal });
    leaving.abort();
    await waitFor('the function to hear of it', () => closed);
  });

  it('that nobody waits for any more is counted as one without an answer', async () => {
    let came = false;
    await gateway.deploy('slow', () => {
      came = true;
    });
    const leaving = new AbortController();
    const call = fetch(`${gateway.url}/function/slow`, { signal: leaving.signal });
    await waitFor('the call', () => came);
    leaving.abort();
    await expect(call).rejects.toThrow();
    const count = 'gateway_function_invocation_total{function_name="slow.openfaas-fn",code="502"} 1';
    await waitFor('the count', async () => (await gateway.registry.metrics()).includes(count));
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
    await gateway.deploy('many', replica('a'), replica('b'), replica('c'));
    const calls = [1, 2, 3].map(() => fetch(`${gateway.url}/function/many`));
    await waitFor('all replicas', () => seen.size === 3);
    for (const release of held) release();
    await Promise.all(calls);
  });
});

describe('an invocation that fails', () => {
  const invoke = async (name: string) => {
    const response = await fetch(`${gateway.url}/function/${name}`, { method: 'POST', body: 'x' });
    return [response.status, await response.text()];
  };

  it('404: there is no such function', async () => {
    expect(await invoke('nobody')).toEqual([
      404,
      'error finding function nobody.openfaas-fn: function nobody not found\n',
    ]);
  });

  it('503: no replica is ready', async () => {
    await gateway.deploy('starting');
    expect(await invoke('starting')).toEqual([503, 'no replica of starting is ready\n']);
  });

  it('502: the replica dies before it answers, or has exited', async () => {
    const dying = await gateway.deploy('dying', (request) => void request.socket.destroy());
    expect(await invoke('dying')).toEqual([502, "Can't reach service for: dying.\n"]);
    dying.endpoints = [{ id: 'exited', port: 1 }];
    expect((await invoke('dying'))[0]).toBe(502);
  });

  it('breaks off when the replica dies half-way through its answer', async () => {
    await gateway.deploy('half', (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.socket?.destroy());
    });
    const response = await fetch(`${gateway.url}/function/half`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('504: no answer within the time limit', async () => {
    await gateway.close();
    gateway = await startTestGateway({ timeoutMs: 300 });
    await gateway.deploy('slow', () => {});
    expect((await invoke('slow'))[0]).toBe(504);
  });
});

it('a refusal that comes before all of the request was sent leaves its connection to the next one', async () => {
  await gateway.deploy('picky', (request, response) => {
    if (request.url === '/small') return response.end('taken');
    response.writeHead(413).end('too large'); // and reads no further
    setTimeout(() => request.destroy(), 100);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (path: string, bytes: number) =>
    new Promise<string>((resolve, reject) => {
      const request = rawRequest(`${gateway.url}/function/picky${path}`, { method: 'POST', agent }, (answer) => {
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
