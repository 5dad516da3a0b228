import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, sep } from 'node:path';
import { CONCURRENCY_ANNOTATION, QUEUE, TOPIC_ANNOTATION } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { at, type Manifest, milliseconds, podOf, readManifests, readStack, validate } from './manifests.ts';

const ours = readManifests('deploy/kubernetes');
const workloads = ours.filter((manifest) => podOf(manifest));
const stack = readStack();

/** OpenFaaS and of-watchdog, and what every process of ours reads. */
const COMMON = [
  'ALLOWED_HOSTS',
  'ALLOWED_ORIGINS',
  'TRUST_PROXY',
  'exec_timeout',
  'write_timeout',
  'read_timeout',
  'healthcheck_interval',
  'DRAIN_MS',
  'DRAIN_AFTER_MS',
];

/** Where each part's settings stand. */
const SETTINGS: Record<string, string> = {
  'detect-faces': 'functions/detect-faces',
  'ingest-frame': 'functions/ingest-frame',
  'results-ws': 'functions/results-ws',
  'track-objects': 'functions/track-objects',
  sightings: 'functions/sightings',
  'framewire/connector-rabbitmq': 'connectors/rabbitmq',
  'framewire/connector-camera': 'connectors/camera',
  'framewire/topology': 'deploy/topology',
};

describe('each object is what its schema says', () => {
  const all = [...ours, ...['keda', 'keda-queue', 'ingress'].flatMap((folder) => readManifests(`deploy/${folder}`))];
  it.each(all.map((manifest) => [`${manifest.kind} ${manifest.metadata.name} (${manifest.file})`, manifest]))(
    '%s',
    async (_, manifest) => {
      await validate(manifest as Manifest);
      const broken = { ...(manifest as Manifest), metadata: 7 } as unknown as Manifest;
      await expect(validate(broken), 'a schema that lets all pass').rejects.toThrow();
    },
  );
});

it.each(workloads.map((manifest) => [manifest.metadata.name, manifest] as const))(
  '%s is not root, writes nothing to its image and has no privilege',
  (name, manifest) => {
    const pod = podOf(manifest);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    // it alone asks Kubernetes for something
    if (name !== 'prometheus') expect(pod.automountServiceAccountToken).toBe(false);
    for (const { securityContext, resources } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(resources).toMatchObject({
        requests: { cpu: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  },
);

it('the functions write nothing to their images either', () => {
  for (const one of Object.values(stack)) expect(one.readonly_root_filesystem).toBe(true);
});

it('each setting that is given is one that the part reads', async () => {
  const given = [
    ...Object.entries(stack).map(([name, { environment }]) => [name, Object.keys(environment)] as const),
    ...workloads
      .flatMap((manifest) => podOf(manifest).containers)
      .filter(({ image }) => image in SETTINGS)
      .map(({ image, env }) => [image, env.map((one: { name: string }) => one.name)] as const),
  ];
  expect(given).toHaveLength(Object.keys(SETTINGS).length);
  for (const [part, names] of given) {
    const { settings } = await import(at(join(SETTINGS[part]!, 'settings.ts')));
    for (const name of names.filter((one: string) => !COMMON.includes(one)))
      expect(Object.keys(settings), `${part} reads no ${name}`).toContain(name.replace(/_FILE$/, ''));
  }
});

it('each secret that is asked for is made by secrets.sh', () => {
  const made = Object.keys(runSecrets());
  const asked = [
    ...Object.values(stack).flatMap(({ secrets = [] }) => secrets.map((name) => `openfaas-fn ${name} ${name}`)),
    ...workloads.flatMap((manifest) => secretsOf(manifest).map((one) => `framewire ${one}`)),
  ];
  expect(asked.length).toBeGreaterThan(10);
  for (const one of asked) expect(made).toContain(one);
});

it("three brokers are administered by the user that RabbitMQ's operator made", () => {
  const url = 'framewire rabbitmq-admin management-url';
  const operator = { username: 'default_user_7', password: 'of-the-operator' };
  const made = runSecrets({ 'framewire/framewire-default-user': operator });
  expect(made[url]).toBe('http://default_user_7:of-the-operator@rabbitmq.framewire:15672/framewire');
  expect(runSecrets()[url]).toMatch(/^http:\/\/admin:.+@rabbitmq.framewire:15672\/framewire$/);
});

it('KEDA reads the length of the queue as a user of its own, on the broker that the administrator has', () => {
  const [host, url] = ['openfaas-fn rabbitmq-monitoring host', 'framewire broker-users monitoring-url'];
  const made = runSecrets();
  expect(made[host]).toMatch(/^http:\/\/keda:[\w-]{32}@rabbitmq\.framewire:15672\/$/);
  expect(made[url]).toBe(made[host]);
  const own = { 'management-url': 'https://root:word@broker.example.org:15671/cameras' };
  expect(runSecrets({ 'framewire/rabbitmq-admin': own })[host]).toMatch(
    /^https:\/\/keda:[\w-]{32}@broker\.example\.org:15671\/$/,
  );
});

it('secrets of an earlier version keep what they have and get what is missing', () => {
  const users = ['ingest', 'camera', 'connector', 'results'];
  const before = Object.fromEntries(users.map((user) => [`${user}-amqp-url`, `amqp://${user}:kept@rabbitmq:5672/`]));
  const made = runSecrets({ 'framewire/broker-users': before });
  expect(made['openfaas-fn ingest-amqp-url ingest-amqp-url']).toBe(before['ingest-amqp-url']);
  for (const user of ['tracker', 'sightings'])
    expect(made[`openfaas-fn ${user}-amqp-url ${user}-amqp-url`]).toMatch(
      new RegExp(`^amqp://${user}:[\\w-]{32}@rabbitmq\\.framewire:5672/framewire$`),
    );
  expect(made['openfaas-fn rabbitmq-monitoring host']).toMatch(/^http:\/\/keda:/);
});

it('each step of an invocation gives up before the one that waits for it', () => {
  const connector = workloads.find(({ metadata }) => metadata.name === 'connector-rabbitmq')!;
  const { env } = podOf(connector).containers[0];
  const invoke = Number(env.find((one: { name: string }) => one.name === 'INVOKE_TIMEOUT_MS').value);
  const limits = Object.fromEntries(
    Object.entries(stack).map(([name, { environment }]) => [
      name,
      Object.fromEntries(
        ['exec_timeout', 'write_timeout', 'healthcheck_interval'].map((key) => [key, milliseconds(environment[key])]),
      ),
    ]),
  );
  for (const [name, { environment }] of Object.entries(stack)) {
    const { exec_timeout, write_timeout, healthcheck_interval } = limits[name]!;
    expect(exec_timeout).toBeLessThan(write_timeout!);
    expect(Number(environment.DRAIN_AFTER_MS)).toBeLessThan(healthcheck_interval!);
    expect(healthcheck_interval! + exec_timeout!, `${name}: it would be killed at its end`).toBeLessThan(30_000);
  }
  const { environment } = stack['detect-faces']!;
  // a frame waits for the time limit and 3 s, and is then worked on for the time limit
  expect(2 * Number(environment.FRAME_TIME_LIMIT_MS) + 3_000).toBeLessThan(limits['detect-faces']!.exec_timeout!);
  expect(limits['detect-faces']!.write_timeout).toBeLessThan(invoke);
  expect(invoke).toBeLessThan(1_000 * podOf(connector).terminationGracePeriodSeconds);
});

it('detect-faces takes the frames of the first queue, as many at once as it says', () => {
  const { annotations } = stack['detect-faces']!;
  expect(annotations?.[TOPIC_ANNOTATION]).toBe(QUEUE.frames);
  expect(Number(annotations?.[CONCURRENCY_ANNOTATION])).toBeGreaterThan(0);
});

const promtool = spawnSync('promtool', ['--version']).status === 0;
it.skipIf(!promtool)(`Prometheus takes its configuration${promtool ? '' : ' (skipped: no promtool here)'}`, () => {
  // Debian's is built without Kubernetes: what is left is checked
  const text = readFileSync(at('deploy/kubernetes/prometheus.yml'), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'framewire-prometheus-'));
  try {
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, text.replaceAll(/kubernetes_sd_configs: .*/g, 'static_configs: [{ targets: ["pod"] }]'));
    const { status, stderr } = spawnSync('promtool', ['check', 'config', '--syntax-only', file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** `name key` of all that a workload takes from secrets. */
function secretsOf(manifest: Manifest): string[] {
  const { containers, volumes = [] } = podOf(manifest);
  const env = containers.flatMap(
    (container: { env?: { valueFrom?: { secretKeyRef?: { name: string; key: string } } }[] }) =>
      (container.env ?? []).flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef] : [])),
  );
  type Source = { secretName?: string; name?: string; items?: { key: string }[] };
  const sources: Source[] = volumes.flatMap(
    (volume: { secret?: Source; projected?: { sources: { secret?: Source }[] } }) => [
      ...(volume.secret ? [volume.secret] : []),
      ...(volume.projected?.sources.flatMap(({ secret }) => (secret ? [secret] : [])) ?? []),
    ],
  );
  const paths = containers
    .flatMap(({ env = [] }: { env?: { value?: string }[] }) => env.map(({ value }) => value))
    .filter((value?: string) => value?.startsWith('/secrets/'))
    .map((value: string) => value.split('/').at(-1)!);
  return [
    ...env.map(({ name, key }: { name: string; key: string }) => `${name} ${key}`),
    ...sources.flatMap(({ secretName, name, items }) =>
      (items?.map(({ key }) => key) ?? paths.filter((path: string) => belongs(secretName ?? name, path))).map(
        (key: string) => `${secretName ?? name} ${key}`,
      ),
    ),
  ];
}

/** Which of the mounted files is of which secret, where a whole secret is mounted. */
function belongs(secret: string | undefined, key: string): boolean {
  if (secret === 'broker-users') return key.endsWith('-amqp-url');
  if (secret === 'rabbitmq-admin') return key === 'management-url';
  if (secret === 'basic-auth') return key.startsWith('basic-auth-');
  return key === secret;
}

/** What secrets.sh makes, by `namespace name key`, in a cluster that has OpenFaaS and nothing of ours but `there`. */
function runSecrets(there: Record<string, Record<string, string>> = {}): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'framewire-secrets-'));
  const cluster = join(folder, 'cluster');
  const login = { 'basic-auth-user': 'a user', 'basic-auth-password': 'a password' };
  for (const [secret, values] of Object.entries({ 'openfaas/basic-auth': login, ...there })) {
    mkdirSync(join(cluster, secret), { recursive: true });
    for (const [key, value] of Object.entries(values)) writeFileSync(join(cluster, secret, key), value);
  }
  writeFileSync(join(folder, 'kubectl'), KUBECTL, { mode: 0o755 });
  // those that only a person knows
  const own = { DATABASE_URL: 'postgres://db/sightings', S3_ACCESS_KEY: 'id', S3_SECRET_KEY: 'key' };
  const env = { ...process.env, ...own, CLUSTER: cluster, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const run = () => {
    const { status, stderr } = spawnSync('sh', [at('deploy/kubernetes/secrets.sh')], { env, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const files = readdirSync(cluster, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.split(sep).length === 3,
    );
    return files.map((path) => [path, readFileSync(join(cluster, path), 'utf8')] as const);
  };
  try {
    const made = run();
    expect(run(), 'a second run changes nothing').toEqual(made);
    expect(made.filter(([, value]) => value === '')).toEqual([]);
    return Object.fromEntries(made.map(([path, value]) => [path.split(sep).join(' '), value]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Stands in for a cluster: a secret is a folder, and each of its keys a file. */
const KUBECTL = `#!/bin/sh
[ "$1" = get ] && exit 0
namespace=$2 verb=$3 name=$5
case $verb in
  create)
    name=$6
    mkdir -p "$CLUSTER/$namespace/$name"
    for pair; do
      case $pair in --from-literal=*)
        pair=\${pair#--from-literal=}
        printf %s "\${pair#*=}" >"$CLUSTER/$namespace/$name/\${pair%%=*}" ;;
      esac
    done ;;
  get)
    [ -d "$CLUSTER/$namespace/$name" ] || exit 1
    [ "\${6:-}" = -o ] || exit 0
    cat "$CLUSTER/$namespace/$name/$(echo "$7" | sed 's/.*"\\(.*\\)".*/\\1/')" 2>/dev/null || true ;;
  patch)
    pair=$(echo "$7" | sed 's/^{"stringData":{"\\(.*\\)"}}$/\\1/')
    printf %s "\${pair#*\\":\\"}" >"$CLUSTER/$namespace/$name/\${pair%%\\":*}" ;;
esac
`;
