const TIME_LIMIT = 5000;

/** What makes of an answer what it should be, or throws: a schema of the contract. */
interface Schema<T> {
  parse(answer: unknown): T;
}

/** The last answer of one address of the API, when it came, and why none has come since. */
export class Polled<T> {
  readonly #address: URL;
  readonly #schema: Schema<T>;
  readonly #every: number;
  value = $state.raw<T>();
  /** When `value` came, milliseconds by this browser's clock. */
  at = $state<number>();
  problem = $state<string>();
  /** Whether it was answered, well or not, since it was last started. */
  settled = $state(false);

  constructor(address: URL, schema: Schema<T>, every: number) {
    this.#address = address;
    this.#schema = schema;
    this.#every = every;
  }

  /** Asks at once and then again and again. @returns what stops it. */
  start(): () => void {
    this.settled = false;
    void this.ask();
    const timer = setInterval(() => this.ask(), this.#every);
    return () => clearInterval(timer);
  }

  async ask(): Promise<void> {
    try {
      const answer = await fetch(this.#address, { signal: AbortSignal.timeout(TIME_LIMIT) });
      if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
      this.value = this.#schema.parse(await answer.json());
      this.at = Date.now();
      this.problem = undefined;
    } catch (error) {
      this.problem = words(error);
    }
    this.settled = true;
  }
}

function words(error: unknown): string {
  if (error instanceof TypeError) return 'the server cannot be reached';
  if (error instanceof DOMException) return `no answer within ${TIME_LIMIT / 1000} s`;
  return error instanceof Error && error.name !== 'ZodError' ? error.message : 'the answer makes no sense';
}
