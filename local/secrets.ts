import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BROKER_USERS } from '@framewire/contract';
import { writeFileAtomicSync } from '@framewire/runtime/process';
import { z } from 'zod';
import { UsageError } from './options.ts';

const word = z.string().min(1);
const USERS = ['admin', ...BROKER_USERS] as const;
const forEach = <T>(make: () => T) =>
  Object.fromEntries(USERS.map((user) => [user, make()])) as Record<(typeof USERS)[number], T>;
const secrets = z.object({
  /** Of the user `admin` at the gateway's `/system/`. */
  gateway: word,
  /** Of the user `framewire` at Prometheus and Alertmanager. */
  monitoring: word,
  /** Of the private broker's users; `admin` is that of its administrator. */
  broker: z.object(forEach(() => word)),
});
export type Secrets = z.infer<typeof secrets>;

/** As an earlier version may have left it: what is missing is made up. */
const known = secrets.partial().extend({ broker: secrets.shape.broker.partial().optional() });

export const GATEWAY_USER = 'admin';
export const MONITORING_USER = 'framewire';
/** The private broker's administrator. */
export const BROKER_ADMIN = 'framewire';

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
    broker: { ...forEach(make), ...kept.broker },
  };
  if (JSON.stringify(kept) !== JSON.stringify(all))
    writeFileAtomicSync(fileOf(data), `${JSON.stringify(all, null, 2)}\n`);
  return all;
}

/** @throws UsageError where no start made any yet, or where the file is not what it should be. */
export function readSecrets(data: string): Secrets {
  try {
    return read(data, secrets);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UsageError(`${fileOf(data)} is not there: npm start makes it; --data FOLDER names another data folder`);
  }
}

/** Neither the file's text nor JSON's own words are repeated: both may hold a password. */
function read<T>(data: string, schema: z.ZodType<T>): T {
  const file = fileOf(data);
  const text = readFileSync(file, 'utf8');
  const damaged = (why: string) =>
    new UsageError(`${file} ${why}: delete it, and the next start makes new passwords, or put a copy back`);
  if (text.trim() === '') throw damaged('is empty');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(`is not JSON (${Buffer.byteLength(text)} bytes)`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw damaged(`is not what it should be (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')})`);
}
