import { fileURLToPath } from 'node:url';
import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings, requireKeyBeyondLoopback } from '@framewire/runtime/http';
import {
  type Config,
  ConfigError,
  type Env,
  integer,
  optional,
  readConfig,
  type Setting,
  text,
  url,
} from '@framewire/runtime/process';

const http = ['http', 'https'];

const share = (fallback: number): Setting<number> => ({
  parse(value) {
    const parsed = Number(value);
    // with a goal of 1 there is no budget that could burn
    if (!(parsed > 0 && parsed < 1)) throw new Error('share');
    return parsed;
  },
  allowed: 'a share above 0 and below 1',
  fallback,
});

export const settings = {
  ...httpSettings(8090),
  ...brokerSettings(),
  /** How far back the stream is read at the start: what a browser that resumes finds at hand. */
  REPLAY_WINDOW: text({ fallback: '10m', pattern: /^\d+[smhD]$/, allowed: 'a number and s, m, h or D' }),
  /** The SLO: the end-to-end latency that a picture may have, and the share of pictures that is to meet it. */
  SLO_TARGET_MS: integer({ min: 1, max: 60_000, fallback: 500 }),
  SLO_OBJECTIVE: share(0.99),
  MAX_VIEWERS: integer({ min: 1, max: 100_000, fallback: 200 }),
  /** May hold a user and a password. */
  PROMETHEUS_URL: optional(url(http, { secret: true })),
  /** Where a person's browser reaches Prometheus. */
  PROMETHEUS_PUBLIC_URL: optional(url(http)),
  GATEWAY_URL: optional(url(http)),
  /** Where a browser's own camera goes. */
  INGEST_URL: optional(url(http)),
  /** Where parts can be broken on purpose; the start sets it. */
  FAULTS_URL: optional(url(http)),
  INGEST_KEY: optional(text({ secret: true, allowed: 'the key of ingest-frame' })),
  /** Looks; where there is no other it posts and changes too. */
  RESULTS_KEY: optional(text({ secret: true, allowed: 'a key' })),
  /** Posts and changes. */
  WRITE_KEY: optional(text({ secret: true, allowed: 'a key' })),
  DASHBOARD: text({
    fallback: fileURLToPath(new URL('../../../dashboard/dist', import.meta.url)),
    allowed: 'the folder of the built dashboard',
  }),
};

export type ResultsConfig = Config<typeof settings>;

/** @throws ConfigError */
export function readSettings(env: Env): ResultsConfig {
  const config = readConfig(settings, env);
  requireKeyBeyondLoopback(config.HOST, 'RESULTS_KEY', config.RESULTS_KEY);
  if (config.WRITE_KEY !== undefined && config.WRITE_KEY === config.RESULTS_KEY)
    throw new ConfigError(['WRITE_KEY: the same as RESULTS_KEY; allowed: another key, or none']);
  return config;
}
