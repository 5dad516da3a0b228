import { waitFor } from '@framewire/runtime/process';
import { describe, expect, it } from 'vitest';
import { PROBE, type Trial } from './trial.ts';

/** Replicas by hand and by alerts. The probe's labels: 1 to 3, and steps of 60 % of 3, that is 2. */
export function scalingContract(trial: Trial): void {
  const { call, target } = trial;
  const patience = { timeout: 2 * target.patience };
  const scale = (replicas: number) =>
    call('POST', `scale-function/${PROBE}`, { serviceName: PROBE, namespace: target.namespace, replicas });
  const alert = (status: string, name = `${PROBE}.${target.namespace}`) =>
    call('POST', 'alert', { alerts: [{ status, labels: { alertname: 'any', function_name: name } }] });
  const nodeIds = async () => {
    const seen = new Set<string>();
    await waitFor(
      'a call to each replica',
      async () => {
        seen.add(((await (await trial.invoke(PROBE)).json()) as { node_id: string }).node_id);
        return seen.size > 1;
      },
      patience,
    );
    return seen;
  };

  describe('replicas', patience, () => {
    it.skipIf(target.onFaasd)('are as many as asked for, and share the calls (faasd has one)', async () => {
      expect((await scale(2))[0]).toBe(202);
      await trial.ready(2);
      expect((await nodeIds()).size).toBe(2);
      expect((await scale(1))[0]).toBe(202);
      await trial.ready(1);
    });

    it('are never less than one', async () => {
      expect((await scale(0))[0]).toBeLessThan(300);
      await trial.ready(1);
    });

    it('of a function that is not there, or of no number, are refused', async () => {
      expect((await call('POST', 'scale-function/contract-nobody', { replicas: 2 }))[0]).toBeGreaterThanOrEqual(400);
      expect((await call('POST', `scale-function/${PROBE}`, { replicas: 'many' }))[0]).toBe(400);
    });

    const steps = 'go a step up while an alert fires, to the maximum, and straight to the minimum when it does not';
    it.skipIf(target.onFaasd)(`${steps} (faasd has one)`, async () => {
      expect((await alert('firing'))[0]).toBe(200);
      await trial.ready(3);
      expect((await alert('firing'))[0]).toBe(200);
      await trial.ready(3);
      expect((await alert('resolved'))[0]).toBe(200);
      await trial.ready(1);
    });

    const bare = 'of a function that bears no namespace in an alert are those of the usual one';
    it.skipIf(target.onFaasd)(`${bare} (faasd has one)`, async () => {
      expect((await alert('firing', PROBE))[0]).toBe(200);
      await trial.ready(3);
      expect((await alert('anything else', PROBE))[0]).toBe(200);
      await trial.ready(1);
    });

    it('are let be by an alert that is not understood, or is of nobody', async () => {
      expect((await call('POST', 'alert', 'fire!'))[0]).toBe(400);
      expect((await alert('firing', 'contract-nobody'))[0]).toBe(200);
      expect((await trial.status()).replicas).toBe(1);
    });
  });
}
