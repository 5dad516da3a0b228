import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { buildProgram, listenOnLoopback, startHandmadeBroker, type TestProgram, testBroker } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyVhost } from './testing/vhost.ts';

let program: TestProgram;
beforeAll(async () => {
  program = await buildProgram({ part: 'deploy/topology' });
});
afterAll(() => program.remove());

const run = (management: string, more: Record<string, string> = {}, options = ['--dry-run']) =>
  new Promise<{ code: unknown; said: string; shown: string }>((resolve) => {
    const env = { PATH: process.env.PATH, RABBITMQ_MANAGEMENT_URL: management, ...more };
    execFile(process.execPath, [program.file, ...options], { env }, (error, shown, said) =>
      resolve({ code: error?.code ?? 0, said, shown }),
    );
  });

describe('the topology step', () => {
  it('says that whoever accepts and hangs up is no RabbitMQ, without the password', async () => {
    const server = await startHandmadeBroker((socket) => socket.end());
    try {
      const { code, said } = await run(`http://admin:hunter2@127.0.0.1:${server.port}`);
      expect(said).toMatch(/^topology: (RabbitMQ at )?127\.0\.0\.1:\d+ (did not answer within|cannot be reached)/);
      expect(said).not.toContain('hunter2');
      expect(code).toBe(1);
    } finally {
      await server.close();
    }
  });

  it('says whom RabbitMQ refuses, without the password', async () => {
    const url = new URL(testBroker.management);
    url.username = 'somebody';
    url.password = 'hunter2';
    const { code, said } = await run(url.href);
    expect(said).toMatch(/^topology: RabbitMQ at .* refuses the user "somebody": /);
    expect(said).not.toContain('hunter2');
    expect(code).toBe(1);
  });

  it('ends with 1 in a dry run that finds differences, and with 0 once there are none', async () => {
    const vhost = await createEmptyVhost();
    try {
      expect(await run(vhost.management)).toMatchObject({ code: 1, shown: expect.stringMatching(/\d to be done\n$/) });
      expect(await run(vhost.management, {}, [])).toMatchObject({
        code: 0,
        shown: expect.stringMatching(/\d done\n$/),
      });
      expect(await run(vhost.management)).toMatchObject({ code: 0, shown: 'all is as it should be\n' });
    } finally {
      await vhost.drop();
    }
  });

  it('does not say that all is well of what it leaves to a person', async () => {
    const vhost = await createEmptyVhost();
    try {
      await run(vhost.management, {}, []);
      const { admin } = vhost;
      await admin.call('PUT', `queues/${admin.vhost}/other`, { durable: true });
      await admin.call('POST', `bindings/${admin.vhost}/e/results/q/other`, { routing_key: '#' });
      expect(await run(vhost.management, {}, [])).toMatchObject({
        code: 0,
        shown: expect.stringMatching(/ binding results -> other .*\nnothing to be done by this step: 1 left to you\n$/),
      });
    } finally {
      await vhost.drop();
    }
  });

  it('declares nothing while nodes are missing', async () => {
    const vhost = await createEmptyVhost();
    try {
      const { code, said } = await run(vhost.management, { BROKER_NODES: '3', WAIT_MS: '1500' }, []);
      expect(said).toMatch(/^topology: waiting for the broker: 1 of 3 nodes run\n/);
      expect(code).toBe(1);
      expect(await vhost.admin.call('GET', `queues/${vhost.admin.vhost}`)).toEqual([]);
    } finally {
      await vhost.drop();
    }
  });

  it('says what it waits for, once for each reason', async () => {
    let requests = 0;
    const server = createServer((_, response) => response.writeHead(requests++ < 2 ? 503 : 401).end());
    const port = await listenOnLoopback(server);
    const { code, said } = await run(`http://admin:hunter2@127.0.0.1:${port}`, { WAIT_MS: '2500' });
    server.close();
    expect(code).toBe(1);
    expect(said).toMatch(
      /^(topology: waiting for the broker: .*\n){2}topology: the broker did not come within 2500 ms: /,
    );
    expect(said.match(/ 503/g)).toHaveLength(1);
    expect(said).not.toContain('hunter2');
  });
});
