import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { type FunctionProvider, type FunctionStatus, ProviderError } from './faas-provider.ts';
import { answerGateway, createSupervisorClient, type ToGateway, type ToSupervisor } from './ipc.ts';

const echo: FunctionStatus = {
  name: 'echo',
  image: '',
  labels: {},
  annotations: {},
  replicas: 1,
  endpoints: [],
  createdAt: '',
  secrets: [],
  log: '',
};

it('a gateway knows the functions from its start on, and passes on what is asked of them', async () => {
  const asked: unknown[] = [];
  const note =
    (method: string) =>
    async (...args: unknown[]) =>
      void asked.push([method, ...args]);
  const provider: FunctionProvider = {
    list: () => [echo],
    async scale(name, replicas) {
      if (replicas > 5) throw new ProviderError(400, 'too many');
      if (replicas > 4) throw new Error('broken');
      asked.push(['scale', name, replicas]);
    },
    deploy: note('deploy'),
    update: note('update'),
    remove: note('remove'),
  };
  const channel = Object.assign(new EventEmitter(), {
    send(message: ToSupervisor) {
      void answerGateway(message, provider, (answer: ToGateway) => channel.emit('message', answer));
      return true;
    },
  });
  const link = createSupervisorClient(channel);
  await link.known;
  expect(link.list()).toEqual([echo]);
  const deployment = {
    service: 'two',
    image: 'example/echo',
    envVars: { A: '1' },
    labels: {},
    annotations: {},
    secrets: [],
  };
  await link.scale('echo', 3);
  await link.deploy(deployment);
  await link.update(deployment);
  await link.remove('two');
  expect(asked).toEqual([
    ['scale', 'echo', 3],
    ['deploy', deployment],
    ['update', deployment],
    ['remove', 'two'],
  ]);
  await expect(link.scale('echo', 6)).rejects.toEqual(new ProviderError(400, 'too many'));
  await expect(link.scale('echo', 6)).rejects.toMatchObject({ status: 400 });
  await expect(link.scale('echo', 5)).rejects.toEqual(new Error('broken'));
  channel.emit('message', { functions: [{ ...echo, replicas: 3 }] } satisfies ToGateway);
  expect(link.list()[0]?.replicas).toBe(3);
});
