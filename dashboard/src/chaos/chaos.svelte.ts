import { chaosAnswer, type Wound } from '@framewire/contract';
import { Polled } from '../state/polled.svelte.ts';

const TIME_LIMIT = 10_000;

/** The faults that can be injected, and those that are. */
export class Chaos {
  readonly #address: URL;
  readonly faults: Polled<ReturnType<typeof chaosAnswer.parse>>;
  /** Why the last request was rejected. */
  refusal = $state<string>();
  /** Whether a request is in flight. */
  busy = $state(false);

  constructor(page: URL) {
    this.#address = new URL('api/chaos', page);
    this.faults = new Polled(this.#address, chaosAnswer, 2000);
  }

  inject(wound: Wound, seconds: number): Promise<void> {
    return this.#request('POST', { wound, seconds });
  }

  revert(): Promise<void> {
    return this.#request('DELETE');
  }

  async #request(method: 'POST' | 'DELETE', body?: object): Promise<void> {
    this.busy = true;
    try {
      const answer = await fetch(this.#address, {
        method,
        signal: AbortSignal.timeout(TIME_LIMIT),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const said = answer.ok
        ? undefined
        : ((await answer.json().catch(() => undefined)) as { error?: string } | undefined);
      this.refusal = answer.ok ? undefined : (said?.error ?? `the server answers ${answer.status}`);
    } catch {
      this.refusal = 'the server cannot be reached';
    }
    this.busy = false;
    await this.faults.ask();
  }
}
