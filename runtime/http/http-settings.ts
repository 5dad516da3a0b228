import { about, type Config, ConfigError, integer, list, text } from '../process/config.ts';
import { isLoopback, isSubnet } from './address.ts';
import { createHttpGuard, type HttpGuard } from './http-guard.ts';
import type { ListenOptions, ServerLimits } from './listen.ts';

const isHostName = (name: string) => name === '*' || /^[a-z0-9._-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i.test(name);
export const isOrigin = (text: string) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** Settings that every HTTP part has. */
export const httpSettings = (port: number) => ({
  HOST: about('The address to listen on.', text({ fallback: '127.0.0.1', allowed: 'an address to bind to' })),
  PORT: about('The port to listen on; 0 takes any free one.', integer({ min: 0, max: 65535, fallback: port })),
  ALLOWED_HOSTS: about(
    'Host names that requests may name, besides those of loopback. Where none is set and HOST is not loopback, any.',
    list(isHostName, 'names of hosts such as cams.example.org, or * for any'),
  ),
  ALLOWED_ORIGINS: about(
    "Origins whose pages may send requests, besides the part's own. They may frame the dashboard too.",
    list(isOrigin, 'origins such as https://example.org'),
  ),
  TRUST_PROXY: about(
    'Proxies whose X-Forwarded-Host, -For and -Proto are believed.',
    list((text) => text === 'loopback' || isSubnet(text), 'loopback, or addresses and subnets such as 10.0.0.0/8'),
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
