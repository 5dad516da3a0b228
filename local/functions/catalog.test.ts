import { describe, expect, it } from 'vitest';
import { deployedSpec, ingestFrame, resultsWs } from './catalog.ts';

const own = new Map(
  [ingestFrame({ AMQP_URL: 'amqp://here', TOPICS: 'faces' }), resultsWs({ port: 8090, host: '127.0.0.1' }, {})].map(
    (spec) => [spec.name, spec],
  ),
);
const deployed = (changes: object) =>
  deployedSpec(
    {
      service: 'ingest-frame',
      image: 'registry.example:5000/team/ingest-frame:1.2',
      envVars: {},
      labels: {},
      annotations: {},
      secrets: [],
      ...changes,
    },
    own,
    { path: (name) => `/data/${name}` },
    '/data/models',
  );

describe('the environment of a deployment', () => {
  it('is what this machine knows, and over it what the deployment says', () => {
    expect(deployed({ envVars: { TOPICS: 'plates' } }).env).toEqual({ AMQP_URL: 'amqp://here', TOPICS: 'plates' });
    expect(deployed({ image: 'example/somebody-elses@sha256:12', envVars: { A: '1' } }).env).toEqual({ A: '1' });
  });

  it('has its weights where they are on this machine', () => {
    expect(deployed({ image: 'example/other', envVars: { MODELS: '/home/app/models' } }).env).toEqual({
      MODELS: '/data/models',
    });
  });

  it('names a secret by its own name, and then the value that this machine knows is not given', () => {
    expect(deployed({ secrets: ['amqp-url'] }).env).toEqual({ AMQP_URL_FILE: '/data/amqp-url', TOPICS: 'faces' });
  });

  it('may name it by the path that it has on OpenFaaS', () => {
    const envVars = { AMQP_URL_FILE: '/var/openfaas/secrets/ingest-amqp-url', KEY_FILE: '/var/openfaas/secrets/other' };
    expect(deployed({ envVars, secrets: ['ingest-amqp-url'] }).env).toEqual({
      AMQP_URL_FILE: '/data/ingest-amqp-url',
      INGEST_AMQP_URL_FILE: '/data/ingest-amqp-url',
      KEY_FILE: '/var/openfaas/secrets/other',
      TOPICS: 'faces',
    });
  });
});

it('a port of its own stays with the function that has it', () => {
  const image = 'example/results-ws';
  expect(deployed({ service: 'results-ws', image }).port).toBe(8090);
  expect(deployed({ service: 'another', image }).port).toBeUndefined();
});
