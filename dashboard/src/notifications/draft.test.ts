import type { Rule } from '@framewire/contract';
import { ruleSpec } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { draftOf, idOf, newDraft, newSecret, newTarget, specOf } from './draft.ts';

const rule: Rule = {
  id: 'door',
  name: 'Door',
  enabled: false,
  when: { event: 'sighting', cameras: ['door'], zones: ['steps'], labels: ['person'], min_score: 0.6 },
  hours: [
    { days: ['mon'], from: '18:00', to: '06:00' },
    { from: '12:00', to: '13:00' },
  ],
  cooldown_s: 30,
  targets: [
    {
      type: 'webhook',
      id: 'w',
      url: 'https://example.org/x?...',
      has_secret: true,
      has_authorization: true,
      picture: 'inline',
    },
    { type: 'mqtt', id: 'm', topic: 'a/b' },
    { type: 'browser', id: 'b' },
  ],
};

describe('the form of a rule', () => {
  it('gives back what it was given, and says nothing of secrets that stay', () => {
    const { spec } = specOf(draftOf(rule)) as { spec: object };
    const { id: _, ...rest } = rule;
    const [webhook, ...others] = rule.targets;
    expect(webhook?.type).toBe('webhook');
    expect(spec).toEqual({
      ...rest,
      targets: [{ type: 'webhook', id: 'w', url: 'https://example.org/x?...', picture: 'inline' }, ...others],
    });
  });

  it.each<Rule['when']>([
    { event: 'camera-offline', cameras: ['door'], after_s: 120, also_over: true },
    { event: 'finding', causes: ['cpu'], severity: 'critical', also_over: false },
    { event: 'alert', names: ['FramesLate'], severities: ['warning'], also_over: true },
  ])('knows $event', (when) => {
    expect(specOf(draftOf({ ...rule, when }))).toMatchObject({ spec: { when } });
  });

  it('sets and removes secrets', () => {
    const secret = newSecret();
    const draft = {
      ...newDraft(),
      name: 'x',
      targets: [{ ...newTarget('webhook'), url: 'https://x.example/', secret, removeAuthorization: true }],
    };
    expect(specOf(draft)).toMatchObject({ spec: { targets: [{ secret, authorization: null }] } });
  });

  it('says what is missing', () => {
    expect(specOf(newDraft())).toEqual({ problem: 'a rule needs a name' });
    expect(specOf({ ...newDraft(), name: 'x', targets: [newTarget('webhook')] })).toEqual({
      problem: 'this is no address: https://example.org/path is one',
    });
    expect(specOf({ ...newDraft(), name: 'x', targets: [] })).toMatchObject({
      problem: expect.stringContaining('target'),
    });
  });

  it('makes an id of the name that is not taken', () => {
    expect(idOf('Person at the Door!', [])).toBe('person-at-the-door');
    expect(idOf('Door', ['door', 'door-2'])).toBe('door-3');
    expect(idOf('дверь', [])).toBe('rule');
  });

  it('makes secrets that the contract takes', () => {
    const given = {
      name: 'x',
      when: { event: 'sighting' },
      targets: [{ type: 'webhook', url: 'https://x/', secret: newSecret() }],
    };
    expect(ruleSpec.safeParse(given).success).toBe(true);
  });
});
