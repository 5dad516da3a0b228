import { cameraId } from '@framewire/contract';

/** What sightings are searched by, as the address holds it. A day is one of this browser's clock: `2026-11-30`. */
export interface SightingFilter {
  camera?: string;
  zone?: string;
  label?: string;
  day?: string;
}

const NAMES = ['camera', 'zone', 'label', 'day'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MAX_NAME = 200;

/** What of it makes no sense is left out. */
export function parseFilter(query: string | undefined): SightingFilter {
  const given = new URLSearchParams(query);
  const filter: SightingFilter = {};
  for (const name of NAMES) {
    const value = given.get(name);
    if (!value || value.length > MAX_NAME) continue;
    if (name === 'camera' && !cameraId.safeParse(value).success) continue;
    if (name === 'day' && (!DAY.test(value) || Number.isNaN(startOf(value)))) continue;
    filter[name] = value;
  }
  return filter;
}

export function formatFilter(filter: SightingFilter): string {
  const query = new URLSearchParams(NAMES.flatMap((name) => (filter[name] ? [[name, filter[name]]] : [])));
  return query.size > 0 ? `?${query}` : '';
}

/** The parameters of `api/sightings` for it. */
export function searchOf({ day, ...names }: SightingFilter): URLSearchParams {
  const search = new URLSearchParams(Object.entries(names));
  if (day) {
    const next = new Date(startOf(day));
    next.setDate(next.getDate() + 1);
    search.set('from', String(startOf(day) / 1000));
    search.set('to', String(next.getTime() / 1000 - 0.001));
  }
  return search;
}

/** Midnight of a day by this browser's clock, milliseconds since the epoch. */
const startOf = (day: string): number => new Date(`${day}T00:00`).getTime();
