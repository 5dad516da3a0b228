import { fstatSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isJournal, withoutPasswords } from './journal.ts';

describe('the journal', () => {
  it('is what systemd says standard output to be, and not where it was redirected since', () => {
    const { dev, ino } = fstatSync(process.stdout.fd);
    expect(isJournal({ JOURNAL_STREAM: `${dev}:${ino}` })).toBe(true);
    expect(isJournal({ JOURNAL_STREAM: `${dev}:${ino + 1}` })).toBe(false);
    expect(isJournal({})).toBe(false);
  });

  it('gets no passwords, wherever they stand', () => {
    const secrets = { gateway: 'g-secret', monitoring: 'm-secret', broker: { admin: 'a-secret', camera: 'c-secret' } };
    const text = `
  Prometheus   http://framewire:m-secret@127.0.0.1:9090/
  own          https://me:mine@prometheus.example/
  RabbitMQ     http://127.0.0.1:15672 (user framewire, password a-secret)
  faas-cli     login --username admin --password g-secret

`;
    expect(withoutPasswords(text, secrets)).toBe(`
  Prometheus   http://framewire:PASSWORD@127.0.0.1:9090/
  own          https://me:PASSWORD@prometheus.example/
  RabbitMQ     http://127.0.0.1:15672 (user framewire, password PASSWORD)
  faas-cli     login --username admin --password PASSWORD
  note: the journal gets no passwords; they are in secrets.json in the data folder

`);
  });
});
