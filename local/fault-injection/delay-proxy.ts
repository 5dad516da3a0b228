import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { sleep } from '@framewire/runtime/process';

/** A TCP proxy before the gateway that can delay both directions. */
export interface DelayProxy {
  port: number;
  /** Milliseconds that each piece is held, in both directions. */
  delay: number;
  close(): Promise<void>;
}

export async function startDelayProxy(target: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on('error', end);
    upstream.on('error', end);
    client.pipe(delayed()).pipe(upstream);
    upstream.pipe(delayed()).pipe(client);
    client.on('close', end);
    upstream.on('close', end);
  });

  /** In order: a piece leaves when its delay is over, or right behind the one before it. */
  const delayed = () => {
    let waiting = 0;
    let last: Promise<void> = Promise.resolve();
    return new Transform({
      transform(piece, _, done) {
        if (waiting === 0 && proxy.delay === 0) return done(null, piece);
        const leaves = Date.now() + proxy.delay;
        waiting++;
        // one behind the other: two timers that are due at one moment keep no order
        last = last
          .then(() => sleep(leaves - Date.now()))
          .then(() => {
            waiting--;
            this.push(piece);
          });
        done();
      },
      flush(done) {
        last.then(() => done(), done);
      },
    });
  };

  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.on('error', () => {}); // a connection that could not be accepted
  const proxy: DelayProxy = {
    port: (server.address() as { port: number }).port,
    delay: 0,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}
