import { errorBody } from '@framewire/contract';

const TIME_LIMIT = 5000;
/** What is asked once is asked again after a failure, milliseconds. */
const AGAIN = 5000;

/** What makes of an answer what it should be, or throws: a schema of the contract. */
interface Schema<T> {
  parse(answer: unknown): T;
}

/** The last answer of one address of the API, when it came, and why none has come since. */
export class Polled<T> {
  readonly #address: () => URL;
  readonly #schema: Schema<T>;
  readonly #every: number | undefined;
  readonly #timeLimit: number;
  value = $state.raw<T>();
  /** When `value` came, milliseconds by this browser's clock. */
  at = $state<number>();
  problem = $state<string>();
  /** Whether it was answered, well or not, since it was last started. */
  settled = $state(false);

  /**
   * @param every milliseconds; absent: once is enough, unless it fails.
   * @param timeLimit for one answer, milliseconds.
   */
  constructor(address: URL | (() => URL), schema: Schema<T>, every?: number, timeLimit = TIME_LIMIT) {
    this.#address = address instanceof URL ? () => address : address;
    this.#schema = schema;
    this.#every = every;
    this.#timeLimit = timeLimit;
  }

  /** Asks at once and then again and again. @returns what stops it. */
  start(): () => void {
    this.settled = false;
    void this.ask();
    const timer = setInterval(() => {
      if (this.#every !== undefined || this.problem !== undefined) void this.ask();
    }, this.#every ?? AGAIN);
    return () => clearInterval(timer);
  }

  async ask(): Promise<void> {
    try {
      const answer = await fetch(this.#address(), { signal: AbortSignal.timeout(this.#timeLimit) });
      // the session has ended: the page's own address now answers with the form to sign in
      if (answer.status === 401 && this.value !== undefined) location.reload();
      if (!answer.ok) throw new Error(await refusalOf(answer));
      this.value = this.#schema.parse(await answer.json());
      this.at = Date.now();
      this.problem = undefined;
    } catch (error) {
      this.problem = words(error, this.#timeLimit);
    }
    this.settled = true;
  }
}

/** Why the server does not answer, in its words where it has any. */
async function refusalOf(answer: Response): Promise<string> {
  const said = errorBody.safeParse(await answer.json().catch(() => undefined));
  return said.data?.error ?? `the server answers ${answer.status}`;
}

function words(error: unknown, timeLimit: number): string {
  if (error instanceof TypeError) return 'the server cannot be reached';
  if (error instanceof DOMException) return `no answer within ${timeLimit / 1000} s`;
  return error instanceof Error && error.name !== 'ZodError' ? error.message : 'the answer makes no sense';
}
