import { type FunctionProvider, type FunctionStatus, ProviderError } from './faas-provider.ts';

/** Methods of the provider that the supervisor runs, which owns the functions. */
const METHODS = ['scale', 'deploy', 'update', 'remove'] as const;
type Method = (typeof METHODS)[number];

/** Messages between the gateway's process and the supervisor. */
export type ToSupervisor = { hello: true } | { call: number; method: Method; args: unknown[] };
export type ToGateway =
  | { functions: FunctionStatus[] }
  | { answer: number; error?: { status?: ProviderError['status']; message: string } };

/** The end of a channel that a forked process has; `process` is one. */
interface Channel {
  on(event: 'message', listener: (message: ToGateway) => void): unknown;
  send?(message: ToSupervisor, handle: undefined, options: undefined, done: () => void): boolean;
}

type Answer = Extract<ToGateway, { answer: number }>;

/** The supervisor's functions as this forked process sees them: a copy of the table, sent at each change. */
export function createSupervisorClient(
  channel: Channel = process as Channel,
): FunctionProvider & { known: Promise<void> } {
  let functions: FunctionStatus[] = [];
  let last = 0;
  const calls = new Map<number, (answer: Answer) => void>();
  let first = () => {};
  const known = new Promise<void>((resolve) => {
    first = resolve;
  });
  channel.on('message', (message: ToGateway) => {
    if ('functions' in message) {
      functions = message.functions;
      first();
    } else if ('answer' in message) {
      calls.get(message.answer)?.(message);
      calls.delete(message.answer);
    }
  });
  // without a callback a message to a supervisor that just exited would end this process before it has drained
  const send = (message: ToSupervisor) => channel.send?.(message, undefined, undefined, () => {});
  const ask =
    (method: Method) =>
    (...args: unknown[]) =>
      new Promise<void>((resolve, reject) => {
        const call = ++last;
        calls.set(call, ({ error }) => (error ? reject(toError(error)) : resolve()));
        send({ call, method, args });
      });
  send({ hello: true });
  return {
    known,
    list: () => functions,
    scale: ask('scale'),
    deploy: ask('deploy'),
    update: ask('update'),
    remove: ask('remove'),
  };
}

/** The supervisor's side: answers a gateway's messages. `send` reaches that gateway. */
export async function answerGateway(
  message: ToSupervisor,
  provider: FunctionProvider,
  send: (message: ToGateway) => void,
): Promise<void> {
  if ('hello' in message) return send({ functions: provider.list() });
  if (!('call' in message) || !METHODS.includes(message.method)) return;
  const { call, method, args } = message;
  try {
    await (provider[method] as (...args: unknown[]) => Promise<void>)(...args);
    send({ answer: call });
  } catch (error) {
    const { message, status } = error as ProviderError;
    send({ answer: call, error: { message, status } });
  }
}

const toError = ({ status, message }: NonNullable<Answer['error']>) =>
  status === undefined ? new Error(message) : new ProviderError(status, message);
