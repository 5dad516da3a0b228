import { describe, expect, it } from 'vitest';
import { finding, NOW } from '../testing/facts.ts';
import { bands, incidentRow } from './incident.ts';

const S = NOW / 1000;
const cpu = finding({
  evidence: [{ title: 'waiting for a CPU', value: 0.66, unit: 'ratio', series: 'pressure' }],
});

describe('an incident', () => {
  it('has its duration, and a link to the charts of its evidence', () => {
    expect(incidentRow({ type: 'finding', at: S - 1000, until: S - 958, finding: cpu }, S)).toMatchObject({
      tone: 'warn',
      title: 'Not enough CPU',
      message: cpu.message,
      length: 'lasted 42 s',
      chart: `#/history?from=${S - 1300}&to=${S - 658}&series=pressure`,
    });
    expect(incidentRow({ type: 'finding', at: S - 130, finding: cpu }, S).length).toBe('for 2 min, ongoing');
  });

  it('has its own page', () => {
    const at = (id?: string) => incidentRow({ type: 'finding', id, at: S, finding: cpu }, S).href;
    expect(at('one')).toBe('#/incident/one');
    expect(at()).toBeUndefined();
  });

  it('links to what it is about', () => {
    const about = (more: object) => incidentRow({ type: 'finding', at: S, finding: { ...cpu, ...more } }, S).about;
    expect(about({ camera_id: 'door' })?.href).toBe('#/camera/door');
    expect(about({ node_id: 'detect-faces-1' })).toEqual({ name: 'detect-faces-1', href: '#/replicas' });
    expect(about({})).toBeUndefined();
  });

  it('reports cameras going online and offline', () => {
    const camera = (state: string, message?: string) =>
      incidentRow({ type: 'camera', at: S, camera_id: 'door', state, message }, S);
    expect(camera('offline', 'connection refused')).toMatchObject({
      tone: 'warn',
      title: 'Camera offline',
      message: 'connection refused',
      about: { href: '#/camera/door' },
    });
    expect(camera('removed')).toMatchObject({ message: 'door was removed', about: undefined });
    expect(camera('dreaming')).toMatchObject({ title: 'Camera dreaming', tone: 'plain' });
  });
});

describe('bands', () => {
  it('are the findings, cut to the span; an ongoing one ends now', () => {
    const span = { from: S - 900, to: S };
    const found = (at: number, until?: number) => ({ type: 'finding' as const, at, until, finding: cpu });
    const all = [found(S - 100), found(S - 1000, S - 800), found(S - 2000, S - 1000)];
    expect(bands(all, span, S).map(({ from, to }) => [from - S, to - S])).toEqual([
      [-100, 0],
      [-900, -800],
    ]);
    expect(bands([{ type: 'camera', at: S - 10, camera_id: 'door', state: 'online' }], span, S)).toEqual([]);
  });
});
