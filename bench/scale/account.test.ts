import { type ResultRecord, uuidv7 } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createAccount } from './account.ts';

const record = (over: Partial<ResultRecord> = {}): ResultRecord => ({
  frame_id: uuidv7(),
  camera_id: 'door',
  outcome: 'detected',
  node_id: 'a',
  detections: [],
  timestamp: 1,
  original_timestamp: 0,
  stages: {},
  ...over,
});

function accountAt(start = 0) {
  const time = { now: start };
  return { time, account: createAccount(() => time.now) };
}

describe('the account', () => {
  it('calls lost what was confirmed and had no outcome, and counts outcomes that came again', () => {
    const { account } = accountAt();
    const [one, other] = [record(), record()];
    account.confirmed(one.frame_id);
    account.confirmed(other.frame_id);
    account.recorded(one);
    account.recorded(one);
    expect(account.waiting()).toBe(1);
    expect(account.close()).toEqual({ confirmed: 2, lost: 1, repeated: 1 });
  });

  it('takes the outcome before the confirm too', () => {
    const { account } = accountAt();
    const one = record();
    account.recorded(one);
    account.confirmed(one.frame_id);
    expect(account.close()).toEqual({ confirmed: 1, lost: 0, repeated: 0 });
  });

  it('puts each thing into its second', () => {
    const { account, time } = accountAt();
    account.offered();
    account.offered();
    account.shed();
    time.now = 1_500;
    account.offered();
    account.recorded(record({ original_timestamp: 1.4 }));
    account.recorded(record({ outcome: 'expired', node_id: undefined }));
    expect(account.seconds()).toMatchObject([
      { offered: 2, shed: 1, detected: 0, ageP50: Number.NaN },
      { offered: 1, shed: 0, detected: 1, expired: 1, ageP50: 100, ageP99: 100 },
    ]);
  });

  it('knows which replicas are at work, and since when', () => {
    const { account, time } = accountAt();
    account.recorded(record({ node_id: 'a' }));
    time.now = 2_100;
    account.recorded(record({ node_id: 'b' }));
    time.now = 3_200;
    account.recorded(record({ node_id: 'a' }));
    time.now = 9_000;
    expect(account.seconds().map(({ atWork }) => atWork)).toEqual([1, 1, 2, 2, 2, 1, 0, 0, 0, 0]);
    expect(account.untilAtWork(1, 1_000)).toBe(1_100);
    expect(account.untilAtWork(2, 1_000)).toBe(2_200);
    expect(account.untilAtWork(3, 1_000)).toBeUndefined();
    expect([...account.byNode(0, 3_000)]).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });
});
