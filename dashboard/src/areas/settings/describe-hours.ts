import type { Hours } from '@framewire/contract';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];
export const DAY_NAME: Record<Day, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

/** `Mon to Fri 18:00 to 06:00`; several with commas between them. */
export const describeHours = (hours: Hours | undefined): string =>
  hours ? hours.map(({ days, from, to }) => `${describeDays(days)} ${from} to ${to}`).join(', ') : 'always';

/** `every day`, `Mon to Fri`, `Mon, Wed and Fri`, `Sat and Sun`. */
export function describeDays(days: readonly Day[] | undefined): string {
  const chosen = DAYS.filter((day) => !days || days.includes(day));
  if (chosen.length === DAYS.length) return 'every day';
  const runs: Day[][] = [];
  for (const day of chosen) {
    const run = runs.at(-1);
    if (run && DAYS.indexOf(day) === DAYS.indexOf(run.at(-1)!) + 1) run.push(day);
    else runs.push([day]);
  }
  const parts = runs.flatMap((run) =>
    run.length > 2 ? [`${DAY_NAME[run[0]!]} to ${DAY_NAME[run.at(-1)!]}`] : run.map((day) => DAY_NAME[day]),
  );
  return parts.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** Whether a span goes on after midnight. */
export const isOvernight = ({ from, to }: Hours[number]): boolean => to <= from;
