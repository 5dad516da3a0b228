import { type Config, ConfigError, integer, list, text } from '../process/config.ts';
import { isLoopback, isSubnet } from './address.ts';
import { createHttpGuard, type HttpGuard } from './http-guard.ts';
import type { ListenOptions, ServerLimits } from './listen.ts';

const isHostName = (name: string) => name === '*' || /^[a-z0-9._-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i.test(name);
export const isOrigin = (text: string) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** Settings that every HTTP part has. */
export const httpSettings = (port: number) => ({
  HOST: text({ fallback: '127.0.0.1', allowed: 'an address to bind to' }),
  PORT: integer({ min: 0, max: 65535, fallback: port }),
  /** Under which names it may be asked, besides those of loopback; where it is bound beyond that and none is named: any. */
  ALLOWED_HOSTS: list(isHostName, 'names of hosts such as cams.example.org, or * for any'),
  /** Whose pages may ask, besides its own. */
  ALLOWED_ORIGINS: list(isOrigin, 'origins such as https://example.org'),
  /** Whose `X-Forwarded-…` headers are believed. */
  TRUST_PROXY: list(
    (text) => text === 'loopback' || isSubnet(text),
    'loopback, or addresses and subnets such as 10.0.0.0/8',
  ),
});

export type HttpConfig = Config<ReturnType<typeof httpSettings>>;

/** The guard that the settings of an HTTP part ask for. */
export const guardOf = (config: HttpConfig): HttpGuard =>
  createHttpGuard({
    host: config.HOST,
    allowedHosts: config.ALLOWED_HOSTS,
    allowedOrigins: config.ALLOWED_ORIGINS,
    trustProxy: config.TRUST_PROXY,
  });

/** How a part listens, as its settings say. */
export const listenOptions = (config: HttpConfig, limits?: ServerLimits): ListenOptions & { guard: HttpGuard } => ({
  host: config.HOST,
  port: config.PORT,
  guard: guardOf(config),
  limits,
});

/** A part that binds beyond loopback wants a key: whoever can reach it could otherwise use it. @throws ConfigError */
export function requireKeyBeyondLoopback(host: string, name: string, key: string | undefined): void {
  if (!isLoopback(host) && !key) {
    throw new ConfigError([`${name}: not set; allowed: a key, since HOST=${host} is reachable from other machines`]);
  }
}
