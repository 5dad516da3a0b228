import { randomBytes } from 'node:crypto';
import { type FaultsAnswer, faultRequest } from '@framewire/contract';
import { bodyOf, createUploads, HttpError, type Listening, listen, onError } from '@framewire/runtime/http';
import { tryParseJson } from '@framewire/runtime/process';
import { createLog } from '@framewire/runtime/telemetry';
import { Hono } from 'hono';
import { type FaultInjector, MAX_SECONDS } from './fault-injector.ts';

/** `GET /`, `POST /` with `{fault, seconds}`, `DELETE /`: each answers with the faults that last now. */
export function createApp(faults: FaultInjector): Hono {
  const app = new Hono();
  app.onError(onError(createLog('fault-injection', { LOG_LEVEL: 'silent' })));
  const answer = (): FaultsAnswer => ({ max_seconds: MAX_SECONDS, faults: faults.list() });
  const uploads = createUploads({ maxBytes: 10 * MAX_BODY, timeoutMs: 5_000 });
  app.get('/', (c) => c.json(answer()));
  app.post('/', async (c) => {
    const text = await uploads.admit(bodyOf(c), MAX_BODY, async (upload) =>
      Buffer.from(await upload.read()).toString(),
    );
    const asked = faultRequest.safeParse(tryParseJson(text));
    if (!asked.success) {
      const [issue] = asked.error.issues;
      throw new HttpError(400, 'order', `not understood: ${[...(issue?.path ?? []), issue?.message].join(': ')}`);
    }
    try {
      await faults.inject(asked.data.fault, asked.data.seconds);
    } catch (error) {
      throw new HttpError(409, 'fault', (error as Error).message);
    }
    return c.json(answer());
  });
  app.delete('/', async (c) => {
    await faults.revertAll();
    return c.json(answer());
  });
  return app;
}

/** The largest body, bytes. */
const MAX_BODY = 4_096;

/** Serves it on loopback, below a path that nobody can guess: no page of another origin gets there. */
export async function serveFaults(faults: FaultInjector): Promise<Listening & { url: string }> {
  const path = `/${randomBytes(18).toString('base64url')}`;
  const listening = await listen(new Hono().route(path, createApp(faults)), { host: '127.0.0.1', port: 0 });
  return { ...listening, url: `http://127.0.0.1:${listening.port}${path}` };
}
