import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { answerGateway, createSupervisorLink, type ToGateway, type ToSupervisor } from './link.ts';
import { type FunctionStatus, ScaleError } from './status.ts';

const echo: FunctionStatus = {
  name: 'echo',
  image: '',
  labels: {},
  annotations: {},
  replicas: 1,
  endpoints: [],
  createdAt: '',
};

it('a gateway knows the functions from its start on, and passes on what is to be scaled', async () => {
  const scaled: [string, number][] = [];
  const provider = {
    list: () => [echo],
    async scale(name: string, replicas: number) {
      if (replicas > 5) throw new ScaleError('too many');
      scaled.push([name, replicas]);
    },
  };
  const channel = Object.assign(new EventEmitter(), {
    send(message: ToSupervisor) {
      void answerGateway(message, provider, (answer: ToGateway) => channel.emit('message', answer));
      return true;
    },
  });
  const link = createSupervisorLink(channel);
  await link.known;
  expect(link.list()).toEqual([echo]);
  await link.scale('echo', 3);
  expect(scaled).toEqual([['echo', 3]]);
  await expect(link.scale('echo', 6)).rejects.toThrow(new ScaleError('too many'));
  channel.emit('message', { functions: [{ ...echo, replicas: 3 }] } satisfies ToGateway);
  expect(link.list()[0]?.replicas).toBe(3);
});
