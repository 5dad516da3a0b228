import type { Sighting } from '@framewire/contract';

/** Sightings that began in the same hour. */
export interface Hour {
  /** `14:00` */
  title: string;
  sightings: Sighting[];
}

export interface Day {
  /** `Today`, `Yesterday`, `Monday 30 November` */
  title: string;
  hours: Hour[];
}

/** By day and hour of this browser's clock. @param sightings the newest first. @param now milliseconds since the epoch. */
export function byDay(sightings: readonly Sighting[], now: number): Day[] {
  const days: Day[] = [];
  let [dayKey, hourKey] = ['', ''];
  for (const sighting of sightings) {
    const at = new Date(sighting.begin * 1000);
    const day = at.toDateString();
    if (day !== dayKey) {
      days.push({ title: titleOf(at, new Date(now)), hours: [] });
      [dayKey, hourKey] = [day, ''];
    }
    const hour = `${String(at.getHours()).padStart(2, '0')}:00`;
    if (hour !== hourKey) {
      days.at(-1)!.hours.push({ title: hour, sightings: [] });
      hourKey = hour;
    }
    days.at(-1)!.hours.at(-1)!.sightings.push(sighting);
  }
  return days;
}

function titleOf(day: Date, now: Date): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return 'Today';
  if (day.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return day.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
}
