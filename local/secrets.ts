import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const secrets = z.object({
  /** Of the user `admin` at the gateway's `/system/`. */
  gateway: z.string().min(1),
  /** Of the broker's users. */
  broker: z.object({
    ingest: z.string().min(1),
    camera: z.string().min(1),
    connector: z.string().min(1),
    results: z.string().min(1),
  }),
});
export type Secrets = z.infer<typeof secrets>;

export const GATEWAY_USER = 'admin';

const fileOf = (data: string) => join(data, 'secrets.json');

/** What an earlier start made up, or made up now; the file is for its owner alone. */
export function keepSecrets(data: string): Secrets {
  try {
    return readSecrets(data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const word = () => randomBytes(18).toString('base64url');
  const made: Secrets = {
    gateway: word(),
    broker: { ingest: word(), camera: word(), connector: word(), results: word() },
  };
  mkdirSync(dirname(fileOf(data)), { recursive: true });
  writeFileSync(fileOf(data), `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}

/** @throws Error where no start made any yet, or where the file is not what it should be. */
export const readSecrets = (data: string): Secrets => secrets.parse(JSON.parse(readFileSync(fileOf(data), 'utf8')));
