import { describe, expect, it } from 'vitest';
import { formatFilter, parseFilter, searchOf } from './filters.ts';

describe('what sightings are searched by', () => {
  it('is the same after a way through the address', () => {
    const filter = { camera: 'door', zone: 'step', label: 'fire truck', day: '2026-11-30' };
    expect(parseFilter(formatFilter(filter).slice(1))).toEqual(filter);
    expect(formatFilter({})).toBe('');
  });

  it('leaves out what makes no sense', () => {
    expect(parseFilter('camera=a%20b&day=today&label=&zone=x&more=1')).toEqual({ zone: 'x' });
    expect(parseFilter('day=2026-99-99')).toEqual({});
  });

  it('asks for a day from midnight to midnight', () => {
    const search = searchOf({ label: 'person', day: '2026-06-15' });
    const [from, to] = [Number(search.get('from')), Number(search.get('to'))];
    expect(new Date(from * 1000).getHours()).toBe(0);
    expect(to - from).toBeCloseTo(86_399.999, 2);
    expect(search.get('label')).toBe('person');
    expect(search.has('day')).toBe(false);
  });
});
