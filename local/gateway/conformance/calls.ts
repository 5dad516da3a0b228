import { request as openRequest } from 'node:http';
import { waitFor } from '@framewire/runtime/process';
import { describe, expect, it } from 'vitest';
import { PROBE, type Trial } from './trial.ts';

/** What the probe says of a call. */
interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  length: number;
  node_id: string;
  greeting: string;
  secret: string;
}

/** Invocations: what reaches a function, what comes back, and how each failure reads. */
export function callContract(trial: Trial): void {
  const { invoke, target } = trial;

  describe('an invocation', () => {
    it('reaches the function with method, path, query, body and the headers of a call', async () => {
      const response = await invoke(`${PROBE}/a/b?c=d`, {
        method: 'POST',
        body: new Uint8Array(300_000),
        headers: { 'content-type': 'image/jpeg', 'x-topic': 'frame_queue' },
      });
      const seen = (await response.json()) as Seen;
      expect(seen).toMatchObject({ method: 'POST', url: '/a/b?c=d', length: 300_000 });
      expect(seen.headers).toMatchObject({
        'content-type': 'image/jpeg',
        'x-topic': 'frame_queue',
        'x-call-id': response.headers.get('x-call-id'),
        'x-forwarded-host': new URL(target.url).host,
        'x-start-time': expect.stringMatching(/^\d{19}$/),
      });
      expect(seen.headers).toHaveProperty('x-forwarded-for');
      expect(response.headers.get('x-own')).toBe('kept');
      expect(response.headers.get('content-type')).toContain('application/json');
    });

    it('may name the namespace, and bring a call id of its own', async () => {
      const response = await invoke(`${PROBE}.${target.namespace}/`, { headers: { 'x-call-id': 'mine' } });
      expect(((await response.json()) as Seen).headers).toMatchObject({ 'x-call-id': 'mine' });
    });

    it('finds the environment and the secrets of the deployment', async () => {
      const seen = await (await invoke(PROBE)).json();
      expect(seen).toMatchObject({ greeting: 'hello', secret: 'a secret' });
    });

    it('passes on no wish to upgrade: a WebSocket does not come through', async () => {
      const url = new URL(`function/${PROBE}/`, target.url.replace(/\/?$/, '/'));
      const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
      const seen = await new Promise<Seen>((resolve, reject) => {
        const request = openRequest(url, { headers }, async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve(JSON.parse(text) as Seen);
        });
        request.on('error', reject).end();
      });
      expect(seen.headers).not.toHaveProperty('upgrade');
    });

    it('is streamed where it asks for events: what a function writes arrives before it is done', async () => {
      const id = crypto.randomUUID();
      const response = await invoke(`${PROBE}/stream?id=${id}`, { headers: { accept: 'text/event-stream' } });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).toBe('data: first\n\n');
      await (await invoke(`${PROBE}/end?id=${id}`)).text();
      expect((await reader.read()).value).toBe('data: last\n\n');
      expect((await reader.read()).done).toBe(true);
    });

    it.each([413, 429, 500, 502, 503, 504])("gets the function's own %d, with its words and headers", async (code) => {
      const response = await invoke(`${PROBE}/status?code=${code}`, { method: 'POST', body: 'x' });
      expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
        code,
        '7',
        'as asked',
      ]);
    });

    it('of a function that hangs up is a 502, or the 500 of a provider', async () => {
      const response = await invoke(`${PROBE}/hang-up`);
      expect([500, 502]).toContain(response.status);
      expect(await response.text()).toContain("Can't reach service for");
    });

    it('of a function that is not there is a 404, or a 503 without endpoints', async () => {
      const response = await invoke('contract-nobody');
      expect([404, 503]).toContain(response.status);
      expect(await response.text()).toContain('contract-nobody');
    });
  });

  it.skipIf(!target.metricsUrl)("is counted under the gateway's names (needs the address of its metrics)", async () => {
    const name = `function_name="${PROBE}.${target.namespace}"`;
    const read = async () => (await (await fetch(target.metricsUrl!)).text()).split('\n');
    const value = (lines: string[], metric: string, ...labels: string[]) => {
      const line = lines.find((one) => one.startsWith(`${metric}{`) && labels.every((label) => one.includes(label)));
      return Number(line?.split(' ').at(-1));
    };
    await (await invoke(`${PROBE}/status?code=429`)).text();
    const before = await waitFor('the counts', async () => {
      const lines = await read();
      return value(lines, 'gateway_function_invocation_total', name, 'code="429"') > 0 ? lines : undefined;
    });
    await (await invoke(`${PROBE}/status?code=429`)).text();
    const after = await waitFor('one more', async () => {
      const lines = await read();
      const count = (of: string[]) => value(of, 'gateway_function_invocation_total', name, 'code="429"');
      return count(lines) === count(before) + 1 ? lines : undefined;
    });
    for (const metric of ['gateway_functions_seconds_count', 'gateway_functions_seconds_sum'])
      expect(value(after, metric, name, 'code="429"'), metric).toBeGreaterThan(
        value(before, metric, name, 'code="429"'),
      );
    expect(value(after, 'gateway_function_invocation_started', name)).toBeGreaterThan(
      value(before, 'gateway_function_invocation_started', name),
    );
    const replicas = await waitFor('the replicas', async () => value(await read(), 'gateway_service_count', name), {
      timeout: target.patience,
    });
    expect(replicas).toBe(1);
  });
}
