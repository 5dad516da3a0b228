import { z } from 'zod';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time is written as 08:00');

/** Hours of a week by the local clock of the machine that applies them. One that ends before it begins goes on after midnight. */
export const hours = z
  .array(
    z.strictObject({
      days: z.array(z.enum(DAYS)).min(1).max(7).optional().describe('The days on which it begins. Absent: every day.'),
      from: time,
      to: time,
    }),
  )
  .min(1, 'hours must name at least one span; leave them out for always')
  .max(28)
  .meta({
    id: 'Hours',
    description:
      'Hours of a week, such as `[{"days": ["mon", "tue"], "from": "18:00", "to": "06:00"}]`, by the local clock. A span that ends before it begins goes on after midnight.',
  });
export type Hours = z.infer<typeof hours>;

/** @param at by the clock whose hours are meant. */
export function isWithin(spans: Hours, at: Date): boolean {
  const minute = at.getHours() * 60 + at.getMinutes();
  const today = (at.getDay() + 6) % 7;
  const begins = (span: Hours[number], day: number) => !span.days || span.days.includes(DAYS[day]!);
  return spans.some((span) => {
    const [from, to] = [minutesOf(span.from), minutesOf(span.to)];
    if (from < to) return begins(span, today) && minute >= from && minute < to;
    return (begins(span, today) && minute >= from) || (begins(span, (today + 6) % 7) && minute < to);
  });
}

function minutesOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
}
