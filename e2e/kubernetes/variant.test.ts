import { describe, expect, it } from 'vitest';
import { canRender, render } from '../../deploy/render.ts';
import { variantOf } from './variant.ts';

const TITLE = `the variant that runs${canRender ? '' : ' (skipped: neither kubectl nor kustomize is here)'}`;
const one = { selector: 'app=rabbitmq', owner: 'statefulset/rabbitmq', nodes: 1 };
const three = { selector: 'app.kubernetes.io/name=framewire', owner: 'statefulset/framewire-server', nodes: 3 };
const alertmanager = { kind: 'alertmanager', name: 'alertmanager' };
const keda = { kind: 'keda', name: 'detect-faces' };

describe.skipIf(!canRender)(TITLE, () => {
  it.each([
    [[], '1 broker, Alertmanager scales', alertmanager, one],
    [['keda'], '1 broker, KEDA scales', keda, one],
    [['keda', 'keda-queue'], '1 broker, KEDA scales', keda, one],
    [['rabbitmq-cluster'], '3 brokers, Alertmanager scales', alertmanager, three],
    [['keda', 'rabbitmq-cluster'], '3 brokers, KEDA scales', keda, three],
    [['own-broker'], 'a broker of its own, Alertmanager scales', alertmanager, undefined],
  ])('with the components %j is: %s', (components, name, scaler, brokers) => {
    expect(variantOf(render(components))).toEqual({ name, scaler, brokers });
  });

  it('is refused where KEDA and Alertmanager scale the same function', () => {
    const scaled = render(['keda']).filter(({ kind }) => kind === 'ScaledObject');
    expect(() => variantOf([...render([]), ...scaled])).toThrow('both scale detect-faces');
  });

  it("is refused where OpenFaaS's own Alertmanager scales as well", () => {
    const own = render([]).filter(({ metadata }) => metadata.name === 'alertmanager');
    for (const { metadata } of own) metadata.namespace = 'openfaas';
    expect(() => variantOf([...render([]), ...own])).toThrow('alertmanager.create=false');
  });

  it('may scale by nothing of ours', () => {
    const without = render([]).filter(({ metadata }) => metadata.name !== 'alertmanager');
    expect(variantOf(without)).toMatchObject({ name: '1 broker, nothing of ours scales', scaler: undefined });
  });
});
