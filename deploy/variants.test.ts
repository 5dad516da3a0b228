/** The variants of deploy/kubernetes as kustomize renders them. Nothing of a cluster is needed. */
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Manifest, podOf, validate } from './manifests.ts';
import { canRender, render } from './render.ts';

const names = (all: Manifest[], kind: string) =>
  all.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
const named = (all: Manifest[], kind: string, name: string) =>
  all.find((one) => one.kind === kind && one.metadata.name === name);

/** The configuration of the Alertmanager that runs: the ConfigMap that its pod mounts. */
function alertmanagerOf(all: Manifest[]) {
  const { volumes } = podOf(named(all, 'Deployment', 'alertmanager')!);
  const sources: { configMap?: { name: string } }[] = volumes.flatMap(
    (one: { projected?: { sources: [] } }) => one.projected?.sources ?? [],
  );
  const { name } = sources.find(({ configMap }) => configMap)!.configMap!;
  const { data } = named(all, 'ConfigMap', name) as unknown as { data: Record<string, string> };
  return parse(data['alertmanager.yml']!);
}

const brokerNodes = (all: Manifest[]) =>
  podOf(named(all, 'Job', 'topology')!).containers[0].env.find(({ name }: { name: string }) => name === 'BROKER_NODES')
    .value;

const VARIANTS: Record<string, string[]> = {
  'one broker, Alertmanager scales': [],
  'KEDA scales': ['keda'],
  'KEDA scales by the length of the queue': ['keda', 'keda-queue'],
  'three brokers': ['rabbitmq-cluster'],
  'a broker of your own': ['own-broker'],
  'all together': ['keda', 'rabbitmq-cluster', 'ingress'],
};

describe.skipIf(!canRender)(`variants${canRender ? '' : ' (skipped: neither kubectl nor kustomize is here)'}`, () => {
  it.each(Object.entries(VARIANTS))(
    '%s: each object is what its schema says, and each ConfigMap is there',
    async (_, components) => {
      const all = render(components);
      for (const object of all) if (object.kind !== 'RabbitmqCluster') await validate(object);
      const maps = names(all, 'ConfigMap');
      for (const pod of all.map(podOf).filter(Boolean))
        for (const { configMap, projected } of pod.volumes ?? [])
          for (const one of [
            configMap,
            ...(projected?.sources ?? []).map((each: { configMap?: object }) => each.configMap),
          ])
            if (one) expect(maps).toContain(one.name);
      // whoever is asked to leave must be able to
      for (const budget of all.filter(({ kind }) => kind === 'PodDisruptionBudget'))
        expect(budget.spec.maxUnavailable).toBe(1);
    },
  );

  it('exactly one scales detect-faces', () => {
    const posts = (all: Manifest[]) => JSON.stringify(alertmanagerOf(all)).includes('/system/alert');
    const usual = render([]);
    expect([posts(usual), names(usual, 'ScaledObject')]).toEqual([true, []]);
    for (const components of [['keda'], ['keda', 'keda-queue']]) {
      const keda = render(components);
      expect([posts(keda), names(keda, 'ScaledObject')]).toEqual([false, ['detect-faces']]);
    }
  });

  it('three brokers take the place of the one, under its name', () => {
    const all = render(['rabbitmq-cluster']);
    expect(names(all, 'StatefulSet')).toEqual([]);
    expect(names(all, 'ConfigMap')).not.toContain('rabbitmq');
    expect(named(all, 'RabbitmqCluster', 'framewire')!.spec.replicas).toBe(3);
    expect(named(all, 'Service', 'rabbitmq')!.spec).toMatchObject({
      clusterIP: 'None',
      selector: { 'app.kubernetes.io/name': 'framewire' },
    });
    expect(brokerNodes(all)).toBe('3');
    expect(brokerNodes(render([]))).toBe('1');
    expect(names(all, 'PodDisruptionBudget').sort()).toEqual(['detect-faces', 'rabbitmq']);
  });

  it('a broker of your own leaves nothing of ours', () => {
    const all = render(['own-broker']);
    expect(all.filter(({ metadata }) => metadata.name === 'rabbitmq')).toEqual([]);
    expect(names(all, 'Job')).toEqual(['topology']);
  });

  it('an overlay names images, cameras and a host', () => {
    const images = ['topology', 'connector-rabbitmq', 'connector-camera'].map((name) => ({
      name: `docker.io/framewire/${name}`,
      newName: `registry.example.org/me/${name}`,
      newTag: '7',
    }));
    const patches = [
      {
        target: { kind: 'Ingress', name: 'results-ws' },
        patch: '- { op: replace, path: /spec/rules/0/host, value: cams.example.org }',
      },
      {
        target: { kind: 'Deployment', name: 'connector-camera' },
        patch: stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'connector-camera' },
          spec: {
            template: { spec: { containers: [{ name: 'camera', env: [{ name: 'CAMERAS', value: 'demo=demo:' }] }] } },
          },
        }),
      },
    ];
    const all = render(['ingress'], { images, patches });
    expect(named(all, 'Ingress', 'results-ws')!.spec.rules[0].host).toBe('cams.example.org');
    const camera = podOf(named(all, 'Deployment', 'connector-camera')!).containers[0];
    expect(camera.env).toContainEqual({ name: 'CAMERAS', value: 'demo=demo:' });
    const ours = all.flatMap((one) => podOf(one)?.containers ?? []).map(({ image }: { image: string }) => image);
    expect(ours.filter((image) => image.includes('framewire/'))).toEqual([]);
    expect(ours.filter((image) => image.startsWith('registry.example.org/me/'))).toHaveLength(3);
  });
});
