/**
 * Starts the function, and makes the file by which OpenFaaS knows that it lives and takes requests: once it listens, since the
 * watchdog answers 500 for a function that does not; but after 3 s in any case, since without the file it would be killed as dead.
 */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const LATEST_MS = 3_000;
const { HOST, PORT } = process.env;
let said = false;

process.once('SIGTERM', () => {
  said = true; // the watchdog has taken the file away
});
setTimeout(say, LATEST_MS).unref();
knock();
await import(pathToFileURL(resolve(process.argv[2])).href);

function knock() {
  const socket = connect({ host: HOST, port: Number(PORT) });
  socket.once('connect', () => {
    socket.destroy();
    say();
  });
  socket.once('error', () => {
    if (!said) setTimeout(knock, 50);
  });
}

function say() {
  if (!said) writeFileSync(join(tmpdir(), '.lock'), '');
  said = true;
}
