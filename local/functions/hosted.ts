/**
 * Runs a function that knows nothing of its surroundings but `HOST`, `PORT` and SIGTERM, as one made from the template does: gives it a
 * free port, reports the port once the function listens, and lets it drain when the parent exits. In an image of-watchdog does that.
 */
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { pathToFileURL } from 'node:url';
import { guardOf, httpSettings, passesGuard } from '@framewire/runtime/http';
import { readConfig, sendToParent } from '@framewire/runtime/process';
import { freePorts } from '../supervisor/free-ports.ts';

/** Milliseconds between two attempts to connect. */
const EVERY_MS = 20;

const { HOST = '127.0.0.1' } = process.env;
if (!Number(process.env.PORT)) process.env.PORT = String((await freePorts(1))[0]);
const port = Number(process.env.PORT);

process.once('disconnect', () => {
  // a function built with our runtime does this itself
  if (process.listenerCount('disconnect') === 0) process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
guardServers();
knock();
await import(pathToFileURL(process.argv[2]!).href);

function knock(): void {
  const socket = connect({ host: HOST, port });
  socket.once('connect', () => {
    socket.destroy();
    sendToParent({ listening: port });
  });
  socket.once('error', () => setTimeout(knock, EVERY_MS));
}

/** It was written for a container, whose loopback no browser reaches: here pages of other origins are kept away from it. */
function guardServers(): void {
  const guard = guardOf(readConfig(httpSettings(0)));
  const emit = Server.prototype.emit as (event: string, ...args: unknown[]) => boolean;
  Server.prototype.emit = function guarded(this: Server, event: string, ...args: unknown[]): boolean {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    return event === 'request' && !passesGuard(guard, request, response) ? true : emit.call(this, event, ...args);
  };
}
