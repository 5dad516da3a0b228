import { afterEach, describe, expect, it } from 'vitest';
import type { Trial } from './trial.ts';

const NAME = 'contract-secret';

/** Secrets: their names can be read, their values cannot. */
export function secretContract({ call, read, target }: Trial): void {
  const { namespace } = target;
  const secret = (value?: string, name = NAME) => ({ name, namespace, value });
  afterEach(async () => {
    await call('DELETE', 'secrets', secret());
  });

  describe('a secret', () => {
    it('is created once, listed without its value, replaced and deleted', async () => {
      expect((await call('POST', 'secrets', secret('hush')))[0]).toBe(202);
      const listed = await read<{ name: string; value?: string }[]>(`secrets?namespace=${namespace}`);
      expect(listed.find(({ name }) => name === NAME)).toEqual({ name: NAME, namespace });
      expect((await call('POST', 'secrets', secret('again')))[0]).toBe(409);
      expect((await call('PUT', 'secrets', secret('anew')))[0]).toBe(202);
      expect((await call('DELETE', 'secrets', secret()))[0]).toBe(202);
      expect((await read<{ name: string }[]>('secrets')).map(({ name }) => name)).not.toContain(NAME);
    });

    it('that is not there can be neither replaced nor deleted', async () => {
      expect((await call('PUT', 'secrets', secret('x')))[0]).toBe(404);
      expect((await call('DELETE', 'secrets', secret()))[0]).toBe(404);
    });

    it('of no valid name is refused', async () => {
      expect((await call('POST', 'secrets', secret('x', '../etc')))[0]).toBe(422);
    });
  });
}
