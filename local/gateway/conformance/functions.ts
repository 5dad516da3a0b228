import { waitFor } from '@framewire/runtime/process';
import { describe, expect, it } from 'vitest';
import type { Status } from './target.ts';
import { ACCEPTED, PROBE, type Trial } from './trial.ts';

/** Credentials, and functions as faas-cli sees and changes them. */
export function functionContract(trial: Trial): void {
  const { call, read, system, target } = trial;
  const { namespace, onFaasd } = target;

  describe('/system/', () => {
    const paths = ['functions', `function/${PROBE}`, 'secrets', 'info', 'namespaces', `logs?name=${PROBE}`];
    it.each(paths)('%s wants basic auth', async (path) => {
      for (const headers of [{}, { authorization: `Basic ${btoa('admin:wrong')}` }] as Record<string, string>[]) {
        const response = await system('GET', path, undefined, headers);
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Basic realm="Restricted"');
        expect(await response.text()).toBe('invalid credentials');
      }
    });

    it.each([
      ['POST', 'functions'],
      ['PUT', 'functions'],
      ['DELETE', 'functions'],
      ['POST', `scale-function/${PROBE}`],
      ['POST', 'alert'],
    ])('%s %s too', async (method, path) => {
      expect((await system(method, path, {}, {})).status).toBe(401);
    });

    it('/healthz does not', async () => {
      expect((await trial.get('healthz')).status).toBe(200);
    });

    it('says what it is and which namespaces it has', async () => {
      expect(await read('info')).toMatchObject({
        provider: { provider: expect.any(String), orchestration: expect.any(String), version: expect.any(Object) },
        version: { release: expect.any(String) },
        arch: expect.any(String),
      });
      expect(await read<string[]>('namespaces')).toContain(namespace);
    });
  });

  describe('a function', () => {
    const described = {
      name: PROBE,
      namespace,
      image: target.image,
      replicas: 1,
      availableReplicas: 1,
      labels: { team: 'contract', ...(!onFaasd && { faas_function: PROBE }) },
      annotations: { topic: 'contract-probe-topic' },
    };

    it('is listed and described', async () => {
      expect(await read(`function/${PROBE}`)).toMatchObject(described);
      const listed = (await read<Status[]>(`functions?namespace=${namespace}`)).find(({ name }) => name === PROBE);
      const { availableReplicas: _, ...known } = described; // which a list by faasd leaves out
      expect(listed).toMatchObject(onFaasd ? known : described);
      // none is left out
      expect(listed?.invocationCount ?? 0).toBeGreaterThanOrEqual(0);
    });

    const invalid: [string, object, string, string?][] = [
      ['without a name', { service: '' }, 'service: is required', 'identifier must not be empty'],
      ['of no valid name', { service: 'No_Name' }, 'must be a valid DNS entry'],
      ['without an image', { image: '' }, 'image: is required', 'invalid reference format'],
      ['in another namespace', { namespace: 'elsewhere' }, `namespace must be: ${namespace}`, 'namespace not valid'],
      [
        'with a secret that is not there',
        { secrets: ['contract-nobody'] },
        'unable to fetch secrets',
        'unable to find secret',
      ],
      [
        'that the community edition does not scale so',
        { labels: { 'com.openfaas.scale.type': 'rps' } },
        'not available',
      ],
      ['with too many replicas', { labels: { 'com.openfaas.scale.max': '6' } }, 'too high'],
    ];
    // faasd takes what it need not understand
    const refused = invalid.map(([what, changes, words, faasd]) => [what, changes, onFaasd ? faasd : words] as const);
    it.each(refused.filter(([, , words]) => words))('%s is refused', async (_, changes, words) => {
      const [status, said] = await call(
        'POST',
        'functions',
        trial.deployment({ service: 'contract-other', ...changes }),
      );
      expect([status, said]).toEqual([400, expect.stringContaining(words!)]);
    });

    it('of a name that is taken is not deployed a second time', async () => {
      expect((await call('POST', 'functions', trial.deployment()))[0]).toBeGreaterThanOrEqual(400);
    });

    it('that is not there is a 404 for whoever describes, updates or removes it', async () => {
      const service = 'contract-nobody';
      const { deployment } = trial;
      expect((await call('GET', `function/${service}`))[0]).toBe(404);
      expect((await call('PUT', 'functions', deployment({ service })))[0]).toBe(404);
      expect((await call('DELETE', 'functions', { functionName: service }))[0]).toBe(404);
      expect((await call('DELETE', 'functions', {}))[0]).toBe(onFaasd ? 404 : 400);
    });

    it.skipIf(onFaasd)('is updated while it is called: no call is lost (faasd stops it first)', async () => {
      const statuses = new Set<number>();
      const change = trial.deployment({ envVars: { GREETING: 'good evening' } });
      expect((await call('PUT', 'functions', change))[0]).toBe(202);
      await waitFor(
        'the new replica',
        async () => {
          const response = await trial.invoke(PROBE);
          statuses.add(response.status);
          return ((await response.json()) as { greeting: string }).greeting === 'good evening';
        },
        { timeout: target.patience },
      );
      expect([...statuses]).toEqual([200]);
      await trial.ready();
    });
  });

  it('a function that is removed answers no more', async () => {
    expect(await call('DELETE', 'functions', { functionName: PROBE, namespace })).toEqual([
      expect.toBeOneOf(ACCEPTED),
      '',
    ]);
    await waitFor('its end', async () => (await call('GET', `function/${PROBE}`))[0] === 404, {
      timeout: target.patience,
    });
    expect((await read<Status[]>('functions')).map(({ name }) => name)).not.toContain(PROBE);
    expect([404, 503]).toContain((await trial.invoke(PROBE)).status);
    // its name is free for another once the last of it has ended
    await waitFor(
      'a new one',
      async () => ACCEPTED.includes((await call('POST', 'functions', trial.deployment()))[0]),
      { timeout: target.patience },
    );
    await trial.ready();
  });
}
