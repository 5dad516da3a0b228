import { createTestVhost, silentLog, startHandmadeBroker, startSlowBroker, testBroker } from '@framewire/testkit';
import type { ChannelModel } from 'amqplib';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../process/wait.ts';
import { createBroker } from '../session.ts';
import { createManagedConnection } from './managed-connection.ts';
import { destroy, openConnection } from './open.ts';
import { createPatience } from './patience.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const later = <T>(what: T, close: (what: T) => unknown): T => {
  closers.push(() => close(what));
  return what;
};

describe('a broker that is slow to answer', () => {
  it('gets a connection, a private queue and a confirm through, however short the limits were at first', async () => {
    const vhost = later(await createTestVhost(), (one) => one.drop());
    const proxy = later(await startSlowBroker(vhost.amqp, 150), (one) => one.close());
    const patience = { first: 50, most: 20_000 };
    const broker = later(createBroker({ url: proxy.amqp, name: 'test', log: silentLog, patience }), (one) =>
      one.close(),
    );
    let seen = 0;
    const consumer = broker.consume({
      async queue(channel) {
        const options = { exclusive: true, arguments: { 'x-queue-type': 'classic' } };
        const { queue } = await channel.assertQueue('', options);
        for (const key of ['a', 'b', 'c']) await channel.bindQueue(queue, 'frames', key);
        return queue;
      },
      prefetch: 1,
      onDelivery: () => {
        seen++;
        return 'ack';
      },
    });
    await waitFor('the private queue', () => consumer.channel, { timeout: 25_000 });
    const publish = () =>
      broker.publish({ exchange: 'frames', key: 'b', content: new Uint8Array([1]), timeoutMs: 10_000 });
    await waitFor('a confirm', () => publish().then(() => true), { timeout: 25_000 });
    await waitFor('its delivery', () => seen > 0);
  }, 60_000);

  it('that answers after it was given up ends nothing, and leaves no connection behind', async () => {
    const vhost = later(await createTestVhost(), (one) => one.drop());
    const proxy = later(await startSlowBroker(vhost.amqp, 200), (one) => one.close());
    await expect(openConnection(proxy.amqp, { name: 'late', answerMs: 100 })).rejects.toThrow(
      /did not answer within 100 ms/,
    );
    proxy.delay = 0;
    const model = await openConnection(proxy.amqp, { name: 'in time', answerMs: 5_000 });
    destroy(model, 'as a test does'); // by nobody listened to
    await waitFor('the end', () => (model.connection as unknown as { expectSocketClose: boolean }).expectSocketClose);
  });
});

describe('patience', () => {
  it('doubles once for all calls that were too slow together, up to a bound, and falls back when it was calm', () => {
    let now = 0;
    const patience = createPatience({ first: 10, most: 35, calm: 1_000 }, () => now);
    patience.tooShort(10);
    patience.tooShort(10);
    expect(patience.ms).toBe(20);
    patience.tooShort(20);
    expect(patience.ms).toBe(35);
    now = 1_001;
    expect(patience.ms).toBe(10);
  });
});

describe('a broker that closes in the same breath as it opens', () => {
  it.each([
    [541, 'INTERNAL_ERROR'],
    [320, 'CONNECTION_FORCED'],
  ])('with %i ends nothing, and is tried again', async (code, reply) => {
    let tried = 0;
    const server = later(
      await startHandmadeBroker((socket) => {
        tried++;
        const answers = [start(), tune(), Buffer.concat([openOk(), closeConnection(code, reply)])];
        socket.on('data', () => {
          const answer = answers.shift();
          if (answer) socket.write(answer);
        });
      }),
      (one) => one.close(),
    );
    const connection = later(
      createManagedConnection({ url: `amqp://127.0.0.1:${server.port}`, name: 'test', log: silentLog }),
      (one) => one.close(),
    );
    await waitFor('another try', () => tried >= 2);
    expect(connection.problem()).toMatch(/closed/i);
  });
});

describe('a broker that refuses', () => {
  let url: URL;
  beforeAll(() => {
    url = new URL(testBroker.amqp);
  });
  const words = async (change: (url: URL) => void): Promise<string> => {
    const address = new URL(url);
    change(address);
    const open = openConnection(address.href, { name: 'test', answerMs: 10_000 });
    return open.then(
      (model: ChannelModel) => {
        destroy(model, 'opened');
        return 'opened';
      },
      (error: Error) => error.message,
    );
  };

  it('a vhost that is not there says so', async () => {
    expect(await words((one) => (one.pathname = '/ghost'))).toMatch(
      /^the broker at .* has no vhost "ghost" \(NOT_ALLOWED - vhost ghost not found\)$/,
    );
  });

  it('a user without rights says so', async () => {
    const vhost = later(await createTestVhost(), (one) => one.drop());
    const user = new URL(vhost.amqp).username || 'guest';
    await vhost.admin.call('DELETE', `permissions/${vhost.admin.vhost}/${user}`);
    expect(await words((one) => (one.pathname = new URL(vhost.amqp).pathname))).toMatch(
      new RegExp(`^the user "${user}" has no rights on the vhost "test-[0-9a-f]+" of the broker at `),
    );
  });

  it('a wrong password says so, without it', async () => {
    const said = await words((one) => {
      one.username = 'somebody';
      one.password = 'hunter2';
    });
    expect(said).toMatch(/refuses the user "somebody": wrong password, no such user/);
    expect(said).not.toContain('hunter2');
  });

  it('what is no AMQP broker says so', async () => {
    const server = later(await startHandmadeBroker((socket) => socket.end()), (one) => one.close());
    expect(await words((one) => (one.port = `${server.port}`))).toMatch(/closed the connection while it was being/);
  });
});

const method = (index: number, args: Buffer): Buffer => {
  const head = Buffer.alloc(11);
  head.writeUInt8(1);
  head.writeUInt32BE(4 + args.length, 3);
  head.writeUInt16BE(10, 7);
  head.writeUInt16BE(index, 9);
  return Buffer.concat([head, args, Buffer.from([0xce])]);
};
const long = (text: string) => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length);
  return Buffer.concat([size, Buffer.from(text)]);
};
const short = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const start = () => method(10, Buffer.concat([Buffer.from([0, 9, 0, 0, 0, 0]), long('PLAIN'), long('en_US')]));
const tune = () => method(30, Buffer.from([0, 0, 0, 2, 0, 0, 0, 5]));
const openOk = () => method(41, short(''));
const closeConnection = (code: number, reply: string) =>
  method(50, Buffer.concat([Buffer.from([code >> 8, code & 255]), short(reply), Buffer.alloc(4)]));
