import { type FunctionProvider, type FunctionStatus, ScaleError } from './status.ts';

/** Messages between the gateway's process and the supervisor, which owns the functions. */
export type ToSupervisor = { hello: true } | { call: number; scale: { name: string; replicas: number } };
export type ToGateway = { functions: FunctionStatus[] } | { answer: number; error?: string };

/** The end of a channel that a forked process has; `process` is one. */
interface Channel {
  on(event: 'message', listener: (message: ToGateway) => void): unknown;
  send?(message: ToSupervisor): boolean;
}

/** The supervisor's functions as this forked process sees them: a copy of the table that each change renews. */
export function createSupervisorLink(
  channel: Channel = process as Channel,
): FunctionProvider & { known: Promise<void> } {
  let functions: FunctionStatus[] = [];
  let last = 0;
  const calls = new Map<number, (error: string | undefined) => void>();
  let first = () => {};
  const known = new Promise<void>((resolve) => {
    first = resolve;
  });
  channel.on('message', (message: ToGateway) => {
    if ('functions' in message) {
      functions = message.functions;
      first();
    } else if ('answer' in message) {
      calls.get(message.answer)?.(message.error);
      calls.delete(message.answer);
    }
  });
  const send = (message: ToSupervisor) => channel.send?.(message);
  send({ hello: true });
  return {
    known,
    list: () => functions,
    scale: (name, replicas) =>
      new Promise((resolve, reject) => {
        const call = ++last;
        calls.set(call, (error) => (error === undefined ? resolve() : reject(new ScaleError(error))));
        send({ call, scale: { name, replicas } });
      }),
  };
}

/** The supervisor's side: answers a gateway's messages. `send` reaches that gateway. */
export async function answerGateway(
  message: ToSupervisor,
  provider: FunctionProvider,
  send: (message: ToGateway) => void,
): Promise<void> {
  if ('hello' in message) send({ functions: provider.list() });
  else if ('scale' in message) {
    try {
      await provider.scale(message.scale.name, message.scale.replicas);
      send({ answer: message.call });
    } catch (error) {
      send({ answer: message.call, error: (error as Error).message });
    }
  }
}
