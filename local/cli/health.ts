/**
 * HEALTHCHECK of the image: 0 where a frame would get its result, else 1 and a line for each part that says why not. Asks on loopback,
 * at the ports of a start with the same `--port-base`.
 */
import { parseArgs } from 'node:util';
import { portsFrom } from '../supervisor/ports.ts';

/** Docker gives up after 10 s; a part that hangs is to be named before. Milliseconds. */
const ANSWER_MS = 5_000;

const { values } = parseArgs({ options: { 'port-base': { type: 'string' } } });
const ports = portsFrom(values['port-base'] === undefined ? undefined : Number(values['port-base']));

const problems = await Promise.all([
  ask('results-ws', ports.dashboard, '/readyz'),
  ask('the gateway', ports.gateway, '/healthz'),
  ask('the RabbitMQ connector', ports.connector, '/readyz'),
  ask('the camera connector', ports.camera, '/readyz'),
]);
const lines = problems.filter((line) => line !== undefined);
process.stdout.write(lines.length ? `${lines.join('\n')}\n` : 'healthy\n');
process.exitCode = lines.length ? 1 : 0;

async function ask(name: string, port: number, path: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const text = (await answer.text()).trim();
    return answer.ok ? undefined : `${name}: ${text}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return `${name}: ${(cause as Error | undefined)?.message ?? message}`;
  }
}
