import { expect, it } from 'vitest';
import { createSessions, SESSION_S } from './sessions.ts';

const keys = { view: 'one key', write: 'another key' };

it('are good for what their key is good for, each another, and hold nothing of the key', () => {
  const sessions = createSessions(keys);
  const made = (['view', 'write'] as const).map((role) => [role, sessions.create(role)] as const);
  for (const [role, session] of made) {
    expect(sessions.roleOf(session)).toBe(role);
    expect(session).toMatch(/^[\w.-]+$/);
    expect(Buffer.from(session).includes('key')).toBe(false);
  }
  expect(sessions.create('view')).not.toBe(sessions.create('view'));
});

it('that were made up, changed, or of another key are none', () => {
  const sessions = createSessions(keys);
  const session = sessions.create('view');
  const [, id, end, signature] = session.split('.');
  for (const other of [
    '',
    'view',
    session.slice(0, -1),
    session.replace('view', 'write'),
    `view.${id}.${Number(end) + 1}.${signature}`,
    `${session}x`,
  ])
    expect(sessions.roleOf(other), other).toBeUndefined();
  expect(createSessions({ ...keys, view: 'a new key' }).roleOf(session)).toBeUndefined();
  expect(createSessions({ write: keys.write }).roleOf(session)).toBeUndefined();
});

it('are good at every replica and after a restart, until they end or are signed out', () => {
  let now = 1_700_000_000_000;
  const sessions = createSessions(keys, () => now);
  const session = sessions.create('write');
  expect(createSessions(keys, () => now).roleOf(session)).toBe('write');
  expect(sessions.isOld(session)).toBe(false);
  now += 2 * 86_400_000;
  expect(sessions.isOld(session)).toBe(true);
  const other = sessions.create('write');
  sessions.signOut(session);
  expect([sessions.roleOf(session), sessions.roleOf(other)]).toEqual([undefined, 'write']);
  now += SESSION_S * 1000;
  expect(sessions.roleOf(other)).toBeUndefined();
});
