import type { Socket } from 'node:net';
import { type ChannelModel, connect } from 'amqplib';
import { TimeoutError, within } from '../../process/wait.ts';
import { RefusedError } from './amqplib.ts';

/** Seconds. Two missed in a row end a half-open connection. */
const HEARTBEAT_S = 5;
/** The broker answers so often until a connection is open: start, tune, open-ok. */
const ANSWERS = 3;

/**
 * Opens an AMQP connection. It has a listener for `error` from its first moment: whoever takes it may come late, or never.
 * @param name what the broker lists it as.
 * @param answerMs as long as each of the broker's answers may take.
 * @param signal gives up.
 * @throws TimeoutError when the broker does not answer; Error with a readable message, without the password.
 */
export async function openConnection(
  url: string,
  { name, answerMs, signal }: { name: string; answerMs: number; signal?: AbortSignal },
): Promise<ChannelModel> {
  const over = new AbortController();
  const giveUp = () => over.abort(); // ends the socket: nothing opens late
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    const options = {
      noDelay: true, // without it a confirm waits 40 ms for a delayed ACK
      timeout: answerMs,
      clientProperties: { connection_name: name },
      signal: over.signal,
    };
    const opening = connect(withHeartbeat(url), options).then((model) => {
      model.on('error', () => {});
      if (over.signal.aborted) destroy(model, 'given up');
      return model;
    });
    return await within(answerMs * ANSWERS, 'connecting', opening);
  } catch (error) {
    giveUp();
    throw describe(error as Error, url, answerMs);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** Ends a connection without a farewell. The error makes amqplib tell its channels. */
export function destroy(model: ChannelModel | undefined, reason: string): void {
  (model?.connection as unknown as { stream: Socket } | undefined)?.stream.destroy(new Error(reason));
}

/** amqplib reads the heartbeat from the URL alone; in the socket options it is ignored. */
function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return parsed.href;
}

/** A readable message: what the broker said, and about which user and vhost. */
function describe(error: Error, url: string, answerMs: number): Error {
  const { host, username, pathname } = new URL(url);
  const user = decodeURIComponent(username) || 'guest';
  const vhost = decodeURIComponent(pathname.slice(1)) || '/';
  if (error instanceof RefusedError) {
    const { code, reply } = error;
    if (code === 403)
      return new Error(
        `the broker at ${host} refuses the user "${user}": wrong password, no such user, or one that may not connect from here (${reply})`,
      );
    if (/vhost .* not found/.test(reply)) return new Error(`the broker at ${host} has no vhost "${vhost}" (${reply})`);
    if (/access to vhost .* refused/.test(reply))
      return new Error(`the user "${user}" has no rights on the vhost "${vhost}" of the broker at ${host} (${reply})`);
    return new Error(`the broker at ${host} refuses the connection: ${code} ${reply}`);
  }
  if (error.message === 'connect ETIMEDOUT' || error instanceof TimeoutError)
    return new TimeoutError(`the broker at ${host} did not answer within ${answerMs} ms`);
  if (/Socket closed abruptly/.test(error.message))
    return new Error(`${host} closed the connection while it was being opened: perhaps it is no AMQP broker`);
  return error instanceof AggregateError ? error.errors.at(-1) : error;
}
