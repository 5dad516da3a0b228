import { type Manifest, podOf } from '../../deploy/manifests.ts';
import { kubectl } from './kubectl.ts';

export const FUNCTIONS = 'openfaas-fn';
export const PARTS = 'framewire';
export const OPENFAAS = 'openfaas';

/** The brokers that run in the cluster. */
export interface Brokers {
  /** Of the labels of their pods. */
  selector: string;
  /** What brings a pod back, as kubectl names it. */
  owner: string;
  nodes: number;
}

/** Which of the variants of docs/openfaas.md a cluster runs. */
export interface Variant {
  name: string;
  /** What scales detect-faces, as kubectl names it; absent where nothing of ours does. */
  scaler?: { kind: 'alertmanager' | 'keda'; name: string };
  /** Absent where the broker is one's own. */
  brokers?: Brokers;
}

/** Recognises the variant by the objects of the namespaces in use. @throws Error where two scale detect-faces. */
export function variantOf(objects: Manifest[]): Variant {
  const of = (kind: string, name: string, namespace = PARTS) =>
    objects.find((one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace);

  if (of('Deployment', 'alertmanager', OPENFAAS))
    throw new Error(
      "OpenFaaS's own Alertmanager runs and scales every function by its rate of calls: install OpenFaaS with alertmanager.create=false",
    );
  const scaled = objects.find((one) => one.kind === 'ScaledObject' && one.spec.scaleTargetRef.name === 'detect-faces');
  const alertmanager = of('Deployment', 'alertmanager');
  const posts = alertmanager && configOf(alertmanager, objects).includes('/system/alert');
  if (scaled && posts)
    throw new Error(
      `KEDA's ScaledObject ${scaled.metadata.name} and Alertmanager both scale detect-faces: apply the component deploy/keda, which takes Alertmanager's way to the gateway, or delete the ScaledObject`,
    );
  const keda = scaled && ({ kind: 'keda', name: scaled.metadata.name } as const);
  const scaler = keda ?? (posts ? ({ kind: 'alertmanager', name: 'alertmanager' } as const) : undefined);

  const cluster = of('RabbitmqCluster', 'framewire');
  const brokers = cluster
    ? {
        selector: 'app.kubernetes.io/name=framewire',
        owner: 'statefulset/framewire-server',
        nodes: cluster.spec.replicas,
      }
    : of('StatefulSet', 'rabbitmq') && { selector: 'app=rabbitmq', owner: 'statefulset/rabbitmq', nodes: 1 };

  const by = { alertmanager: 'Alertmanager scales', keda: 'KEDA scales' };
  const count = brokers ? `${brokers.nodes} ${brokers.nodes === 1 ? 'broker' : 'brokers'}` : 'a broker of its own';
  return { name: `${count}, ${scaler ? by[scaler.kind] : 'nothing of ours scales'}`, scaler, brokers };
}

/** The ConfigMaps that a workload mounts, as one text. */
function configOf(workload: Manifest, objects: Manifest[]): string {
  type Source = { configMap?: { name: string } };
  const volumes: (Source & { projected?: { sources: Source[] } })[] = podOf(workload).volumes;
  const mounted = volumes
    .flatMap((volume) => [volume, ...(volume.projected?.sources ?? [])])
    .map(({ configMap }) => configMap?.name);
  const maps = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && mounted.includes(metadata.name));
  return maps.map((map) => JSON.stringify((map as Manifest & { data?: object }).data)).join();
}

/** The variant that runs in the cluster that kubectl names. */
export async function findVariant(): Promise<Variant> {
  return variantOf([
    ...(await list(OPENFAAS, 'deployments')),
    ...(await list(PARTS, 'deployments,statefulsets,configmaps')),
    ...(await listIfKnown(PARTS, 'rabbitmqclusters.rabbitmq.com')),
    ...(await listIfKnown(FUNCTIONS, 'scaledobjects.keda.sh')),
  ]);
}

async function list(namespace: string, kinds: string): Promise<Manifest[]> {
  return JSON.parse(await kubectl('-n', namespace, 'get', kinds, '-o', 'json')).items;
}

/** None where the cluster does not know the kind: its operator is not installed. */
async function listIfKnown(namespace: string, kind: string): Promise<Manifest[]> {
  const known = await kubectl('get', 'crd', kind, '--ignore-not-found', '-o', 'name');
  return known ? list(namespace, kind) : [];
}

/** Lets what scales detect-faces rest, so that the number of replicas is as it is set; gives what sets it to work again. */
export async function restScaler({ scaler }: Variant): Promise<() => Promise<unknown>> {
  if (!scaler) return async () => {};
  const { kind, name } = scaler;
  if (kind === 'alertmanager') {
    const replicas = (count: number) => kubectl('-n', PARTS, 'scale', `deployment/${name}`, `--replicas=${count}`);
    await replicas(0);
    return () => replicas(1);
  }
  const annotate = (annotation: string) =>
    kubectl('-n', FUNCTIONS, 'annotate', `scaledobject/${name}`, '--overwrite', annotation);
  await annotate('autoscaling.keda.sh/paused=true');
  // a paused ScaledObject has no autoscaler: until that is removed it still scales
  await kubectl('-n', FUNCTIONS, 'wait', '--for=delete', `hpa/keda-hpa-${name}`, '--timeout=60s');
  return () => annotate('autoscaling.keda.sh/paused-');
}
