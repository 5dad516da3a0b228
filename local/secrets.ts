import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const word = z.string().min(1);
const secrets = z.object({
  /** Of the user `admin` at the gateway's `/system/`. */
  gateway: word,
  /** Of the user `framewire` at Prometheus and Alertmanager. */
  monitoring: word,
  /** Of the broker's users. */
  broker: z.object({ ingest: word, camera: word, connector: word, results: word }),
});
export type Secrets = z.infer<typeof secrets>;

/** As an earlier version may have left it: what is missing is made up. */
const known = secrets.partial().extend({ broker: secrets.shape.broker.partial().optional() });

export const GATEWAY_USER = 'admin';
export const MONITORING_USER = 'framewire';

const fileOf = (data: string) => join(data, 'secrets.json');

/**
 * What an earlier start made up, or made up now; the file is for its owner alone.
 * @throws Error that names the file, where it is not what it should be.
 */
export function keepSecrets(data: string): Secrets {
  let kept: z.infer<typeof known> = {};
  try {
    kept = read(data, known);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const make = () => randomBytes(18).toString('base64url');
  const all: Secrets = {
    gateway: kept.gateway ?? make(),
    monitoring: kept.monitoring ?? make(),
    broker: { ingest: make(), camera: make(), connector: make(), results: make(), ...kept.broker },
  };
  const file = fileOf(data);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // never half a file: a start may be killed at any moment
  writeFileSync(`${file}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return all;
}

/** @throws Error where no start made any yet, or where the file is not what it should be. */
export const readSecrets = (data: string): Secrets => read(data, secrets);

function read<T>(data: string, schema: z.ZodType<T>): T {
  const file = fileOf(data);
  const text = readFileSync(file, 'utf8');
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`${file} is damaged (${why}): delete it, and the next start makes new passwords`);
  }
}
