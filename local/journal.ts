import { fstatSync } from 'node:fs';

/** Whether standard output is systemd's journal, which more people may read than the data folder. */
export function isJournal({ JOURNAL_STREAM }: Record<string, string | undefined>): boolean {
  if (!JOURNAL_STREAM) return false;
  const { dev, ino } = fstatSync(process.stdout.fd);
  return JOURNAL_STREAM === `${dev}:${ino}`;
}

/** A text for such readers: each secret becomes `PASSWORD`, and so does what an address has for one. */
export function withoutPasswords(text: string, secrets: object): string {
  const hidden = valuesOf(secrets).reduce((left, secret) => left.replaceAll(secret, 'PASSWORD'), text);
  const note = '  note: the journal gets no passwords; they are in secrets.json in the data folder';
  return `${hidden.replace(/(:\/\/[^:/@\s]+:)[^@\s]+@/g, '$1PASSWORD@').trimEnd()}\n${note}\n\n`;
}

const valuesOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(value as object).flatMap(valuesOf);
