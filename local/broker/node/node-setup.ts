import { background, sleep } from '@framewire/runtime/process';
import { sayFailures } from '../../supervisor/failure-log.ts';
import { createBootProgress } from './boot-progress.ts';

/** Milliseconds. */
const LIMITS = {
  /** A boot that makes no progress for this long has stopped. */
  stalled: 120_000,
  /** A node that answers but refuses its setup for this long is given up. */
  refused: 60_000,
  /** How often progress is reported. */
  say: 30_000,
};
const EVERY_MS = 100;

/** Prepares a node after each of its boots, until that succeeds. */
export interface NodeSetup {
  /** The node was started. */
  begin(): void;
  /** Resolves after the first success. @throws Error when a first boot has come to a stop, or by `fail`. */
  readonly first: Promise<void>;
  /** Gives up a first boot. */
  fail(why: string): void;
  /** Stops preparing. */
  close(): void;
}

/**
 * @param prepare is called again and again until it resolves: while the node boots it throws. A later boot is never given up.
 * @param log the node's, which shows its progress. @param say takes a line now and then while a boot takes long.
 */
export function createNodeSetup(options: {
  prepare(isFirst: boolean): Promise<void>;
  pid(): number | undefined;
  log: string;
  say(line: string): void;
  limits?: typeof LIMITS;
}): NodeSetup {
  const { prepare, pid, log, say, limits = LIMITS } = options;
  const ending = new AbortController();
  let isFirst = true;
  /** Counts the boots: what was begun for an earlier one ends. */
  let boot = 0;
  let done = () => {};
  let fail = (_: Error) => {};
  const first = new Promise<void>((resolve, reject) => {
    done = resolve;
    fail = reject;
  });
  first.catch(() => {}); // whoever awaits it gets the error

  async function run(mine: number): Promise<void> {
    const began = Date.now();
    const progress = createBootProgress(log);
    let said = began;
    let refusedSince: number | undefined;
    while (mine === boot && !ending.signal.aborted) {
      const problem = await prepare(isFirst).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (mine !== boot || ending.signal.aborted) return;
      if (problem === undefined) {
        isFirst = false;
        return done();
      }
      const now = Date.now();
      refusedSince = isRefusal(problem) ? (refusedSince ?? now) : undefined;
      const stalled = progress.stalledFor(pid());
      if (isFirst && stalled > limits.stalled)
        return fail(new Error(`RabbitMQ does not come up, and has done nothing for ${seconds(stalled)} s: ${problem}`));
      if (isFirst && refusedSince !== undefined && now - refusedSince > limits.refused) return fail(new Error(problem));
      if (now - said > limits.say) {
        said = now;
        say(`RabbitMQ still boots, ${seconds(now - began)} s by now (${problem})`);
      }
      await sleep(EVERY_MS, ending.signal);
    }
  }

  return {
    first,
    begin() {
      background(run(++boot), sayFailures(say), 'preparing RabbitMQ');
    },
    fail: (why) => fail(new Error(why)),
    close: () => ending.abort(),
  };
}

/**
 * RabbitMQ's answer that asking again will not change: while it boots there is none, or one of 500 and above. A queue whose other nodes are
 * still missing is a 404, which passes.
 */
const isRefusal = (problem: string) =>
  /^RabbitMQ (answered 4\d\d |at \S+ refuses )/.test(problem) && !/is down or inaccessible/.test(problem);
const seconds = (ms: number) => Math.round(ms / 1000);
