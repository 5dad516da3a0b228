/**
 * In a container every part listens on loopback, as anywhere, and Docker publishes only what listens on the container's own address. So
 * connections to there are passed on to loopback. What they ask for goes through as it is: parts go on refusing other hosts and origins.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';
/** Connections to one port at once; one more is closed at once. */
const CONNECTIONS = 1_024;

/** The addresses of this container. One of a single link needs a zone to listen on, and Docker publishes none. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter((one) => !one.internal && !('scopeid' in one && one.scopeid)).map(({ address }) => address),
  );

export interface Forwarding {
  /** Ends connections too. */
  close(): Promise<void>;
}

/**
 * Passes on connections to these ports.
 * @throws Error that names address and port where they are taken.
 */
export async function forwardPorts(addresses: string[], ports: number[]): Promise<Forwarding> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  };
  try {
    for (const host of addresses) for (const port of ports) servers.push(await listen(host, port, sockets));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function listen(host: string, port: number, sockets: Set<Socket>): Promise<Server> {
  // one side may have said all and still wait for the answer
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (from) => {
    const to = connect({ host: LOOPBACK, port, allowHalfOpen: true, noDelay: true });
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        sockets.delete(one);
        if (!one.readableEnded) other.destroy();
      });
    }
  });
  server.maxConnections = CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`port ${port} on ${host}: ${error.message}`)));
    server.listen({ host, port }, () => {
      server.on('error', () => {}); // a connection that could not be accepted: the next one may be
      resolve(server);
    });
  });
}
