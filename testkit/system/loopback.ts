import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { freePorts } from '../../local/supervisor/free-ports.ts';

/** Lets a server listen at 127.0.0.1. Resolves to its port. */
export async function listenOnLoopback(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => (await freePorts(1))[0]!;
