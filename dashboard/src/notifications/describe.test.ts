import type { Rule } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { describeRule, describeState, linkOf } from './describe.ts';

const rule = (when: object, more: Partial<Rule> = {}): Rule => ({
  id: 'r',
  name: 'Door',
  enabled: true,
  cooldown_s: 0,
  when: when as Rule['when'],
  targets: [{ type: 'browser', id: 'b' }],
  ...more,
});
const say = (when: object, more: Partial<Rule> = {}) => describeRule(rule(when, more), (id) => `The ${id}`);

describe('a rule as a sentence', () => {
  it('of sightings', () => {
    expect(say({ event: 'sighting' })).toBe('When anything is seen: open pages');
    const webhook = {
      type: 'webhook',
      id: 'w',
      url: 'https://example.org/x',
      has_secret: true,
      has_authorization: false,
      picture: 'link',
    } as const;
    expect(
      say(
        { event: 'sighting', labels: ['person', 'umbrella'], cameras: ['door'], zones: ['steps'], min_score: 0.6 },
        {
          hours: [{ days: ['mon', 'tue'], from: '18:00', to: '06:00' }],
          cooldown_s: 300,
          targets: [webhook, { type: 'mqtt', id: 'm', topic: 'a/b' }],
        },
      ),
    ).toBe(
      'When a person or a umbrella is seen at The door in zone steps with a score of at least 60 %, Mon Tue 18:00 to 06:00, at most once in 5 min: webhook to example.org and MQTT a/b',
    );
  });

  it('of cameras, findings and alerts', () => {
    expect(say({ event: 'camera-offline', after_s: 60, also_over: true })).toBe(
      'When a camera is offline for 1 min, and when it is over: open pages',
    );
    expect(say({ event: 'finding', severity: 'warning', causes: ['cpu', 'io'] })).toBe(
      'When the diagnosis finds something about cpu or io, at least a warning: open pages',
    );
    expect(say({ event: 'alert', names: ['DiskNearlyFull'] })).toBe('When the alert DiskNearlyFull fires: open pages');
  });
});

it('a delivery says what became of it and what comes next', () => {
  const state = (more: object) => describeState({ attempts: 0, state: 'waiting', ...more } as never, 1_000_000);
  expect(state({ state: 'delivered', attempts: 1 })).toBe('Delivered');
  expect(state({ state: 'delivered', attempts: 3 })).toBe('Delivered at attempt 3');
  expect(state({ attempts: 2, next_at: 1_012, reason: 'nobody listens there' })).toBe(
    'Next attempt in 12 s: nobody listens there',
  );
  expect(state({ attempts: 2, next_at: 1 })).toBe('Next attempt now');
  expect(state({ state: 'dead', attempts: 60, reason: 'it was too old' })).toBe('Given up: it was too old');
});

it('a notification leads to what it is about', () => {
  expect(linkOf({ data: { sighting: { id: 's' } } })).toBe('#/sighting/s');
  expect(linkOf({ data: { camera: { camera_id: 'door' } } })).toBe('#/camera/door');
  expect(linkOf({ data: { finding: { id: 'f' } } })).toBe('#/incident/f');
  expect(linkOf({ data: {} })).toBe('#/notifications');
});
