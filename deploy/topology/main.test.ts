import { execFile } from 'node:child_process';
import { buildProgram, startHandmadeBroker, type TestProgram, testBroker } from '@framewire/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let program: TestProgram;
beforeAll(async () => {
  program = await buildProgram({ part: 'deploy/topology' });
});
afterAll(() => program.remove());

const run = (management: string) =>
  new Promise<{ code: unknown; said: string }>((resolve) => {
    const env = { PATH: process.env.PATH, RABBITMQ_MANAGEMENT_URL: management };
    execFile(process.execPath, [program.file, '--dry-run'], { env }, (error, _, said) =>
      resolve({ code: error?.code ?? 0, said }),
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
});
