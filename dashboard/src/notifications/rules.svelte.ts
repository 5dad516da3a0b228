import {
  deliveriesAnswer,
  type RuleSpec,
  type RuleTestAnswer,
  rulesAnswer,
  ruleTestAnswer,
  sightingFilters,
} from '@framewire/contract';
import { Polled, refusalOf } from '../state/polled.svelte.ts';

/** A test waits for each receiver, milliseconds. */
const TIME_LIMIT = 20_000;
const SHOWN = 50;

/** The rules and the last deliveries, and what can be changed of them. */
export class Rules {
  readonly #page: URL;
  readonly answer: Polled<ReturnType<typeof rulesAnswer.parse>>;
  readonly deliveries: Polled<ReturnType<typeof deliveriesAnswer.parse>>;
  /** What was ever seen. */
  readonly filters: Polled<ReturnType<typeof sightingFilters.parse>>;
  /** Why the last change was rejected. */
  refusal = $state<string>();
  /** The rule or delivery that is being changed. */
  busy = $state<string>();
  /** What became of the last test of each rule. */
  tests = $state<Record<string, RuleTestAnswer['results']>>({});

  constructor(page: URL) {
    this.#page = page;
    this.answer = new Polled(new URL('api/rules', page), rulesAnswer, 5000);
    this.filters = new Polled(new URL('api/sightings/filters', page), sightingFilters, 60_000);
    this.deliveries = new Polled(new URL(`api/deliveries?limit=${SHOWN}`, page), deliveriesAnswer, 2500);
  }

  /** @returns why it was rejected. */
  put = (id: string, spec: RuleSpec): Promise<string | undefined> => this.#change(id, 'PUT', `api/rules/${id}`, spec);

  remove = (id: string): Promise<string | undefined> => this.#change(id, 'DELETE', `api/rules/${id}`);

  async test(id: string): Promise<void> {
    await this.#change(id, 'POST', `api/rules/${id}/test`, {}, async (response) => {
      this.tests[id] = ruleTestAnswer.parse(await response.json()).results;
    });
  }

  sendAgain = (id: number): Promise<string | undefined> =>
    this.#change(`delivery ${id}`, 'POST', `api/deliveries/${id}/retry`, {});

  async #change(
    what: string,
    method: string,
    path: string,
    body?: object,
    use?: (response: Response) => Promise<void>,
  ): Promise<string | undefined> {
    this.busy = what;
    try {
      const response = await fetch(new URL(path, this.#page), {
        method,
        signal: AbortSignal.timeout(TIME_LIMIT),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      this.refusal = response.ok ? undefined : await refusalOf(response);
      if (response.ok) await use?.(response);
    } catch {
      this.refusal = 'the server cannot be reached';
    }
    this.busy = undefined;
    await Promise.all([this.answer.ask(), this.deliveries.ask()]);
    return this.refusal;
  }
}
