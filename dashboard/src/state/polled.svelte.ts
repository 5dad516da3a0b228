import { errorBody } from '@framewire/contract';

const TIME_LIMIT = 5000;
/** Retry interval of an address that is otherwise asked once, milliseconds. */
const RETRY_MS = 5000;

/** A schema of the contract: parses an answer or throws. */
interface Schema<T> {
  parse(answer: unknown): T;
}

/** The last answer of one API address, when it arrived, and why later polls failed. */
export class Polled<T> {
  readonly #address: () => URL;
  readonly #schema: Schema<T>;
  readonly #every: number | undefined;
  readonly #timeLimit: number;
  value = $state.raw<T>();
  /** When `value` arrived, milliseconds by this browser's clock. */
  at = $state<number>();
  problem = $state<string>();
  /** Whether there was an answer or a failure since the last start. */
  settled = $state(false);

  /**
   * @param every milliseconds; absent: asks once, and again after a failure.
   * @param timeLimit for one answer, milliseconds.
   */
  constructor(address: URL | (() => URL), schema: Schema<T>, every?: number, timeLimit = TIME_LIMIT) {
    this.#address = address instanceof URL ? () => address : address;
    this.#schema = schema;
    this.#every = every;
    this.#timeLimit = timeLimit;
  }

  /** Asks at once and then periodically. @returns a function that stops it. */
  start(): () => void {
    this.settled = false;
    void this.ask();
    const timer = setInterval(() => {
      if (this.#every !== undefined || this.problem !== undefined) void this.ask();
    }, this.#every ?? RETRY_MS);
    return () => clearInterval(timer);
  }

  async ask(): Promise<void> {
    try {
      const answer = await fetch(this.#address(), { signal: AbortSignal.timeout(this.#timeLimit) });
      // the session has ended: reload to get the sign-in page
      if (answer.status === 401 && this.value !== undefined) location.reload();
      if (!answer.ok) throw new Error(await refusalOf(answer));
      this.value = this.#schema.parse(await answer.json());
      this.at = Date.now();
      this.problem = undefined;
    } catch (error) {
      this.problem = describe(error, this.#timeLimit);
    }
    this.settled = true;
  }
}

/** Why the server refuses: its own message if it has one. */
export async function refusalOf(answer: Response, unnamed = `the server answers ${answer.status}`): Promise<string> {
  const said = errorBody.safeParse(await answer.json().catch(() => undefined));
  return said.data?.error ?? unnamed;
}

function describe(error: unknown, timeLimit: number): string {
  if (error instanceof TypeError) return 'the server cannot be reached';
  if (error instanceof DOMException) return `no answer within ${timeLimit / 1000} s`;
  return error instanceof Error && error.name !== 'ZodError' ? error.message : 'the answer is not understood';
}
