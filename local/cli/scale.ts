import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { basicAuth } from '@framewire/runtime/http';
import { sleep, within } from '@framewire/runtime/process';
import { z } from 'zod';
import { GATEWAY_USER, readSecrets } from '../secrets.ts';

/** Milliseconds. */
const ANSWER_MS = 30_000;

const USAGE = `npm run scale -- FUNCTION=REPLICAS [options]

  --gateway URL    the gateway; OPENFAAS_URL does the same (http://127.0.0.1:8080)
  --data FOLDER    the data folder of the system, where the gateway's password is (./data)
  --help`;
const status = z.object({ replicas: z.number(), availableReplicas: z.number() });

/** Asks the gateway for that many replicas and waits until they are ready. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      gateway: { type: 'string', default: process.env.OPENFAAS_URL ?? 'http://127.0.0.1:8080' },
      data: { type: 'string', default: 'data' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const [, name, replicas] = /^([^=]+)=(\d+)$/.exec(positionals[0] ?? '') ?? [];
  if (!name || positionals.length !== 1) throw new Error(USAGE);
  const password = readSecrets(resolve(process.env.INIT_CWD ?? '.', values.data)).gateway;
  const call = (path: string, init: RequestInit = {}) =>
    // the timer keeps this program: with nothing else to do it would end without a word where the gateway hangs up
    within(
      ANSWER_MS,
      `an answer of the gateway at ${values.gateway}`,
      fetch(new URL(path, values.gateway), {
        ...init,
        headers: { authorization: basicAuth(GATEWAY_USER, password) },
      }),
    );

  const answer = await call(`/system/scale-function/${name}`, {
    method: 'POST',
    body: JSON.stringify({ serviceName: name, replicas: Number(replicas) }),
  });
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${(await answer.text()).trim()}`);
  for (;;) {
    const now = status.parse(await (await call(`/system/function/${name}`)).json());
    if (now.replicas !== Number(replicas) || now.availableReplicas === now.replicas) {
      process.stdout.write(`${name}: ${now.availableReplicas} of ${now.replicas} replicas are ready\n`);
      return;
    }
    await sleep(200);
  }
}

try {
  await main();
} catch (error) {
  const { message, cause } = error as Error;
  process.stderr.write(`framewire: ${cause instanceof Error ? `${message}: ${cause.message}` : message}\n`);
  process.exitCode = 1;
}
