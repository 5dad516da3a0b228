import { type LedgerAccount, type LedgerAnswer, outcome } from '@framewire/contract';

const COUNTS = [...outcome.options, 'in_flight', 'unaccounted', 'duplicates', 'unnumbered'] as const;

type Counts = Omit<LedgerAnswer['totals'], 'published'>;

/** The frames that a camera sent to one topic, counted by outcome. */
export interface Account extends Counts {
  camera_id: string;
  topic: string;
}

/** One that has counted nothing yet. */
export function createAccount(camera_id: string, topic: string): Account {
  const zeros = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<(typeof COUNTS)[number], number>;
  return { camera_id, topic, ...zeros };
}

/** @returns the total. */
export function sum<T extends Counts>(total: T, counts: Counts): T {
  for (const name of COUNTS) total[name] += counts[name];
  return total;
}

/** Every frame that is known of ends in one of these. */
export const withTotal = (counts: Counts): LedgerAnswer['totals'] => {
  const known = [...outcome.options, 'in_flight' as const, 'unaccounted' as const];
  const published = known.reduce((total, name) => total + counts[name], 0);
  return { published, ...(Object.fromEntries(COUNTS.map((name) => [name, counts[name]])) as unknown as Counts) };
};

/** Each topic with its sum, by name. */
export function byTopic(accounts: Account[]): NonNullable<LedgerAnswer['topics']> {
  const own = group(byName(accounts), ({ topic }) => topic);
  return [...own].map(([topic, all]) => ({ topic, ...withTotal(all.reduce(sum, createAccount('', topic))) }));
}

/** Each camera with its sum, and apart by topic where it sends to more than one. */
export function byCamera(accounts: Account[]): LedgerAccount[] {
  const own = group(accounts, ({ camera_id }) => camera_id);
  return [...own].map(([camera_id, topics]) => ({
    camera_id,
    ...withTotal(topics.reduce(sum, createAccount(camera_id, ''))),
    ...(topics.length > 1 && {
      topics: byName(topics).map(({ topic, ...counts }) => ({ topic, ...withTotal(counts) })),
    }),
  }));
}

/** Which of them had an outcome last is no matter of theirs. */
const byName = (accounts: Account[]) => accounts.toSorted((a, b) => (a.topic < b.topic ? -1 : 1));

function group(accounts: Account[], keyOf: (account: Account) => string): Map<string, Account[]> {
  const groups = new Map<string, Account[]>();
  for (const account of accounts) {
    const key = keyOf(account);
    const one = groups.get(key);
    if (one) one.push(account);
    else groups.set(key, [account]);
  }
  return groups;
}
