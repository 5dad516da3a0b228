import { type Fault, faultsAnswer } from '@framewire/contract';
import { Polled, refusalOf } from '../state/polled.svelte.ts';

const TIME_LIMIT = 10_000;

/** The faults that can be injected, and those that are. */
export class Faults {
  readonly #address: URL;
  readonly answer: Polled<ReturnType<typeof faultsAnswer.parse>>;
  /** Why the last request was rejected. */
  refusal = $state<string>();
  /** Whether a request is in flight. */
  busy = $state(false);

  constructor(page: URL) {
    this.#address = new URL('api/faults', page);
    this.answer = new Polled(this.#address, faultsAnswer, 2000);
  }

  inject(fault: Fault, seconds: number): Promise<void> {
    return this.#request('POST', { fault, seconds });
  }

  revert(): Promise<void> {
    return this.#request('DELETE');
  }

  async #request(method: 'POST' | 'DELETE', body?: object): Promise<void> {
    this.busy = true;
    try {
      const response = await fetch(this.#address, {
        method,
        signal: AbortSignal.timeout(TIME_LIMIT),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      this.refusal = response.ok ? undefined : await refusalOf(response);
    } catch {
      this.refusal = 'the server cannot be reached';
    }
    this.busy = false;
    await this.answer.ask();
  }
}
