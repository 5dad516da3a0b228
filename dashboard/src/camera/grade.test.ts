import { describe, expect, it } from 'vitest';
import { finding } from '../testing/facts.ts';
import { type Graded, grade } from './grade.ts';

const said = (more: Partial<Graded>) => {
  const { word, reason } = grade({
    state: { kind: 'live', word: 'live' },
    target: 500,
    objective: 0.99,
    findings: [],
    losses: 0,
    ...more,
  });
  return `${word}: ${reason}`;
};
const share = (detected: number) => ({ camera_id: 'door', offered: 10, detected });
const slo = (good_ratio: number) => ({ camera_id: 'door', good_ratio, frames: 100, p95: 84 });

describe('the grade of a camera', () => {
  it('is good when its frames are detected and its pictures are on time', () => {
    expect(said({ share: share(10), slo: slo(0.996) })).toBe(
      'good: 100 % of its frames are detected, 99.6 % of its pictures are within 500 ms',
    );
    expect(said({})).toBe('good: pictures arrive');
  });

  it('is fair or poor depending on what is missing', () => {
    expect(said({ share: share(9) })).toBe('fair: 90 % of its frames are detected');
    expect(said({ share: share(4) })).toBe('poor: only 40 % of its frames are detected');
    expect(said({ share: share(10), slo: slo(0.97) })).toBe('fair: only 97 % of its pictures are within 500 ms');
    expect(said({ slo: slo(0.5) })).toMatch(/^poor: only 50 %/);
    expect(said({ losses: 2 })).toBe('fair: it went offline 2 times in the last hour');
  });

  it('gives a finding about the camera as the reason', () => {
    const message = 'Bad pictures from door: 3 frames/s cannot be read.';
    expect(said({ findings: [finding({ message })] })).toBe(`fair: ${message}`);
    expect(said({ findings: [finding(), finding({ severity: 'critical', message })] })).toBe(`poor: ${message}`);
  });

  it('is none without pictures', () => {
    expect(said({ state: { kind: 'offline', word: 'offline', detail: 'Since 11:50: refused' } })).toBe(
      'none: Since 11:50: refused',
    );
  });
});
