import { silentLog } from '@framewire/testkit';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createRegistry } from '../telemetry/metrics.ts';
import { onError, opsRoutes } from './http.ts';
import { HttpError } from './http-error.ts';
import { type Listening, listen } from './listen.ts';

const serve = (app: Hono) => listen(app, { host: '127.0.0.1', port: 0 });
const at = ({ port }: Listening, path: string) => `http://127.0.0.1:${port}${path}`;

describe('the HTTP server', () => {
  it('says what was wrong, and keeps the cause of a 500 to itself', async () => {
    const app = new Hono().onError(onError(silentLog));
    app.get('/full', () => {
      throw new HttpError(429, 'queue_full', 'the queue is full', { 'retry-after': '1' });
    });
    app.get('/bug', () => {
      throw new Error('password in here');
    });
    const full = await app.request('/full');
    expect([full.status, full.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await full.json()).toEqual({ error: 'the queue is full', code: 'queue_full' });
    const bug = await app.request('/bug');
    expect(bug.status).toBe(500);
    expect(await bug.text()).not.toContain('password');
  });

  it('goes on after a connection that it could not accept, and counts it', async () => {
    const listening = await serve(new Hono().get('/', (c) => c.text('here')));
    listening.server.emit('error', new Error('accept EMFILE'));
    expect(await (await fetch(at(listening, '/'))).text()).toBe('here');
    await listening.close();
    expect(await createRegistry().metrics()).toContain('background_failures_total{task="accepting a connection"} 1');
  });

  it('tells alive from ready, under both sets of names, and gives metrics', async () => {
    let reason: string | undefined = 'the broker is away';
    const app = opsRoutes({ registry: createRegistry(), notReady: () => reason, remarks: () => ['b is passed over'] });
    expect((await app.request('/healthz')).status).toBe(200);
    const waiting = await app.request('/readyz');
    expect([waiting.status, await waiting.text()]).toEqual([503, 'the broker is away\n']);
    reason = undefined;
    const ready = await app.request('/_/ready');
    expect([ready.status, await ready.text()]).toEqual([200, 'ready\nb is passed over\n']);
    expect(await (await app.request('/metrics')).text()).toContain('process_cpu_seconds_total');
  });

  it('names the port that is taken', async () => {
    const first = await serve(new Hono());
    await expect(listen(new Hono(), { host: '127.0.0.1', port: first.port })).rejects.toThrow(
      `port ${first.port} on 127.0.0.1 is taken`,
    );
    await first.close();
  });

  it('lets requests under way finish when it closes', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered = () => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const app = new Hono().get('/slow', async (c) => {
      entered();
      await held;
      return c.text('whole');
    });
    const listening = await serve(app);
    const answer = fetch(at(listening, '/slow'));
    await inside;
    const closed = listening.close();
    release();
    expect(await (await answer).text()).toBe('whole');
    await closed;
    await expect(fetch(at(listening, '/slow'))).rejects.toThrow();
  });
});
