/**
 * What amqplib leaves out, put on its connections from their first moment:
 * - a listener for `error` on each connection and channel. amqplib reads what came together with the broker's last answer before it
 *   hands the connection over: an error in there would end the process, since nobody could listen yet;
 * - whether they have ended already, without an event;
 * - the words with which a broker closes a connection that is being opened.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Channel, ChannelModel } from 'amqplib';

/** The broker closed the connection while it was being opened. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  constructor(
    /** As in AMQP: 403 for the login, 530 for the vhost. */
    readonly code: number,
    /** The broker's own words. */
    readonly reply: string,
  ) {
    super(reply);
  }
}

type Step = (callback: (error: Error | null, frame: Frame | null) => void) => void;
interface Frame {
  id: number;
  fields: { replyCode: number; replyText: string };
}
type Opened = (error: Error | null, ok?: unknown) => void;
interface Connection extends EventEmitter {
  open(fields: object, callback: Opened): void;
  /** Reads one frame of the opening. */
  step: Step;
  freshChannel(channel: EventEmitter, options: unknown): number;
}

/** `connection.close`: class 10, method 50. */
const CONNECTION_CLOSE = (10 << 16) | 50;

const ended = new WeakSet<object>();

/** Whether it closed before anybody could listen for that. */
export const hasEnded = (one: ChannelModel | Channel): boolean =>
  ended.has('createChannel' in one ? (one.connection as unknown as object) : one);

function follow(one: EventEmitter, onError: (error: Error) => void = () => {}): void {
  one.on('error', onError);
  one.once('close', () => ended.add(one));
}

const prototype = loadPrototype();
const { open, freshChannel } = prototype;

prototype.open = function (fields, callback) {
  let why: Error | undefined;
  follow(this, (error) => {
    why ??= error;
  });
  const step = this.step.bind(this);
  this.step = (next) =>
    step((error, frame) => {
      if (frame?.id !== CONNECTION_CLOSE) return next(error, frame);
      const { replyCode, replyText } = frame.fields;
      next(new RefusedError(replyCode, replyText), null);
    });
  open.call(this, fields, (error, ok) => {
    if (error === null && ended.has(this)) callback(why ?? new Error('closed by the broker as soon as it was open'));
    else callback(error, ok);
  });
};

prototype.freshChannel = function (channel, options) {
  follow(channel);
  return freshChannel.call(this, channel, options);
};

/** Of a connection; amqplib does not export it. */
function loadPrototype(): Connection {
  const require = createRequire(import.meta.url);
  const file = join(dirname(require.resolve('amqplib')), 'lib', 'connection.js');
  const { prototype } = (require(file) as { Connection: { prototype: Connection } }).Connection;
  if (!prototype.step || !prototype.freshChannel)
    throw new Error('this version of amqplib is not known: runtime/amqp/connection/amqplib.ts has to follow it');
  return prototype;
}
