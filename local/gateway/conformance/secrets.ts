import { afterEach, describe, expect, it } from 'vitest';
import { ACCEPTED, type Trial } from './trial.ts';

const NAME = 'contract-secret';

/** Secrets: their names can be read, their values cannot. */
export function secretContract({ call, read, target }: Trial): void {
  const { namespace, onFaasd } = target;
  const accepted = expect.toBeOneOf(ACCEPTED);
  const secret = (value?: string, name = NAME) => ({ name, namespace, value });
  afterEach(async () => {
    await call('DELETE', 'secrets', secret());
  });

  describe('a secret', () => {
    it('is created once, listed without its value, replaced and deleted', async () => {
      expect((await call('POST', 'secrets', secret('hush')))[0]).toEqual(accepted);
      const listed = await read<{ name: string; value?: string }[]>(`secrets?namespace=${namespace}`);
      expect(listed.find(({ name }) => name === NAME)).toEqual({ name: NAME, namespace });
      // faasd writes a file, whether it is there or not
      expect((await call('POST', 'secrets', secret('again')))[0]).toBe(onFaasd ? 200 : 409);
      expect((await call('PUT', 'secrets', secret('changed')))[0]).toEqual(accepted);
      expect((await call('DELETE', 'secrets', secret()))[0]).toEqual(accepted);
      expect((await read<{ name: string }[]>('secrets')).map(({ name }) => name)).not.toContain(NAME);
    });

    it('that is not there can be neither replaced nor deleted', async () => {
      if (!onFaasd) expect((await call('PUT', 'secrets', secret('x')))[0]).toBe(404);
      expect((await call('DELETE', 'secrets', secret()))[0]).toBe(onFaasd ? 500 : 404);
    });

    it('of no valid name is refused', async () => {
      expect((await call('POST', 'secrets', secret('x', '../etc')))[0]).toBe(onFaasd ? 400 : 422);
    });
  });
}
