import type { ResultRecord } from '@framewire/contract';
import { expect, it } from 'vitest';
import { createLedger } from './ledger.ts';
import { createLedgerAnswers } from './ledger-answers.ts';

it('one computation serves all who ask within a second, and the totals are those of the whole answer', () => {
  const ledger = createLedger();
  const computed: string[] = [];
  let now = 0;
  const answers = createLedgerAnswers(
    {
      ...ledger,
      totals: () => {
        computed.push('totals');
        return ledger.totals();
      },
      answer: () => {
        computed.push('answer');
        return ledger.answer();
      },
    },
    () => now,
  );
  const add = (seq: number, camera_id: string) =>
    ledger.add({
      camera_id,
      outcome: 'detected',
      source: camera_id,
      seq,
      timestamp: 1_700_000_000,
      stages: {},
    } as unknown as ResultRecord);
  for (const camera of ['door', 'yard']) for (const seq of [1, 2, 5]) add(seq, camera);
  for (let n = 0; n < 3; n++) expect(answers.totals()).toEqual(answers.answer().totals);
  expect(computed).toEqual(['totals', 'answer']);
  expect(answers.totals()).toMatchObject({ published: 10, detected: 6, in_flight: 4 });
  add(6, 'door');
  expect(answers.totals().detected).toBe(6);
  now += 1_000;
  expect(answers.totals().detected).toBe(7);
});
