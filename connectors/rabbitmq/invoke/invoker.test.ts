import type { IncomingMessage } from 'node:http';
import { topology } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import type { Context } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER, detector } from '../testing/gateway.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';

/** Two deliveries more than the first. */
const LIMIT = 2;

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await limitDeliveries();
  system.gateway.functions.set('detect', detector());
  await system.start({ INVOKE_TIMEOUT_MS: '400' });
});
afterAll(() => system.close());

let asked: number;
beforeEach(() => {
  asked = 0;
});
const record = (id: string) => waitFor(`the outcome of ${id}`, () => system.records(id)[0]);

/** Gives these answers one after the other, the last one for ever. */
function answerInTurn(...answers: ((c: Context) => Response | Promise<Response>)[]): void {
  const answer = (c: Context) => answers[Math.min(asked++, answers.length - 1)]!(c);
  system.gateway.functions.set('detect', detector({ answer }));
}
const ok = (c: Context) => c.json(ANSWER);
const status = (code: 408 | 429 | 500 | 502 | 503 | 504, headers = {}) => {
  return (c: Context) => c.json({ error: `status ${code}`, code: 'test' }, code, headers);
};

describe('a try that fails', () => {
  it.each([408, 500, 502, 504] as const)('with %i is made again', async (code) => {
    answerInTurn(status(code), ok);
    expect((await record(await system.send())).outcome).toBe('detected');
    expect(asked).toBe(2);
  });

  it('for want of an answer in time is made again', async () => {
    answerInTurn(() => new Promise(() => {}), ok);
    expect((await record(await system.send())).outcome).toBe('detected');
    expect(asked).toBe(2);
  });

  it('for want of an answer within the rest of its life says nothing about the function', async () => {
    answerInTurn(() => new Promise(() => {}));
    const expired = await record(await system.send({ deadline_ms: Date.now() + 1_000 }));
    expect(expired).toMatchObject({ outcome: 'expired', reason_code: 'deadline_in_function' });
  });

  it('for an answer that broke off is made again', async () => {
    const half = (c: Context<{ Bindings: { incoming: IncomingMessage } }>) => {
      const cut = () => void setImmediate(() => c.env.incoming.socket.destroy());
      const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([123])), pull: cut });
      return c.body(body, 200, { 'content-length': '1000' });
    };
    answerInTurn(half, ok);
    expect((await record(await system.send())).outcome).toBe('detected');
    expect(asked).toBe(2);
    expect(await system.metric('connector_invocations_total', { function: 'detect', code: 'broken' })).toBe(1);
  });

  it('to the delivery limit makes a failed frame, for the reason of the last', async () => {
    answerInTurn(status(500));
    const id = await system.send({ source: 's', seq: 1 });
    expect(await record(id)).toMatchObject({
      outcome: 'failed',
      reason: 'it was tried to the delivery limit of frame_queue; the last time: 500: status 500',
      reason_code: 'function_error',
      http_status: 500,
      function_code: 'test',
      source: 's',
      seq: 1,
    });
    expect(asked).toBe(LIMIT + 1);
    expect(system.records(id)).toHaveLength(1);
  });
});

describe('a function that is busy', () => {
  it.each([429, 503] as const)('with %i costs the frame none of its tries', async (code) => {
    answerInTurn(...new Array(LIMIT + 3).fill(status(code)), ok);
    expect((await record(await system.send())).outcome).toBe('detected');
    expect(asked).toBe(LIMIT + 4);
  });

  it('is given the time that it asks for, but not the frame all of its own', async () => {
    answerInTurn(status(429, { 'retry-after': '1' }), ok);
    const { stages } = await record(await system.send());
    expect(stages.invoked_at! - stages.received_at!).toBeGreaterThanOrEqual(1_000);

    answerInTurn(status(429, { 'retry-after': '3600' }), ok);
    const live = await record(await system.send({ deadline_ms: Date.now() + 1_000 }));
    expect(live.outcome).toBe('detected');
  });

  it('is not given it where another replica may be free', async () => {
    const answer = (c: Context) => (asked++ === 0 ? status(429, { 'retry-after': '30' })(c) : ok(c));
    system.gateway.functions.set('detect', detector({ replicas: 2, answer }));
    const concurrency = () => system.metric('connector_concurrency', { function: 'detect' });
    await waitFor('both replicas to be known', async () => (await concurrency()) === 4);
    expect((await record(await system.send())).outcome).toBe('detected');
    expect(asked).toBe(2);
  });

  it('until the deadline lets the frame expire', async () => {
    answerInTurn(status(429));
    const expired = await record(await system.send({ deadline_ms: Date.now() + 1_000 }));
    expect(expired).toMatchObject({
      outcome: 'expired',
      reason: expect.stringContaining('status 429'),
      reason_code: 'function_busy',
    });
  });
});

describe('a gateway that is away', () => {
  it('costs no frame a try, and one alone asks whether it is back', async () => {
    answerInTurn(ok);
    await system.gateway.kill();
    const ids = await Promise.all(Array.from({ length: 6 }, () => system.send()));
    await waitFor('the reason', async () =>
      (await (await system.get('/readyz')).text()).includes('gateway has not listed'),
    );
    await waitFor(
      'several pauses',
      async () => (await system.metric('connector_busy_total', { queue: 'frame_queue' }))! > LIMIT + 2,
      { timeout: 20_000 },
    );
    await system.gateway.revive();
    for (const id of ids) expect((await record(id)).outcome).toBe('detected');
    await waitFor('ready', async () => (await system.get('/readyz')).status === 200);
  });
});

async function limitDeliveries(): Promise<void> {
  const { name, definition, ...policy } = topology().policies[0]!;
  const { admin } = system.vhost;
  const body = { ...policy, definition: { ...definition, 'delivery-limit': LIMIT } };
  await admin.call('PUT', `policies/${admin.vhost}/${name}`, body);
}
