import { z } from 'zod';

/** Everything that the diagnosis can name. */
export const cause = z
  .enum([
    'broker',
    'topology',
    'gateway-unreachable',
    'connector',
    'camera-connector',
    'ingest',
    'results',
    'no-replicas',
    'replica',
    'broker-node',
    'unaccounted',
    'memory',
    'cpu',
    'io',
    'replicas',
    'detector',
    'gateway',
    'broker-slow',
    'clock',
    'producer',
    'camera-offline',
    'camera-silent',
    'bad-frames',
    'failing',
    'viewer',
    'metrics',
  ])
  .meta({ id: 'Cause', description: 'What the diagnosis can name as a cause.' });
export type Cause = z.infer<typeof cause>;
