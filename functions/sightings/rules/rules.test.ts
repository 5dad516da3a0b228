import { type Condition, type RuleSpec, ruleSpec, type Sighting } from '@framewire/contract';
import { silentLog } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeliveryList } from '../deliveries/list.ts';
import { createOutbox } from '../deliveries/outbox.ts';
import { migrateDeliveries } from '../deliveries/tables.ts';
import { testSighting } from '../deliveries/testing/event.ts';
import { startDatabase } from '../testing/databases.ts';
import { keepRule, showRule } from './kept-rule.ts';
import { matchesAlert, matchesFinding, matchesSighting } from './match.ts';
import { createNotifier } from './notifier.ts';
import { createRules } from './rules.ts';
import { migrateRules } from './tables.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const spec = (when: object, more: object = {}): RuleSpec =>
  ruleSpec.parse({ name: 'Door', when, targets: [{ type: 'browser' }], ...more });
type SightingRule = Extract<Condition, { event: 'sighting' }>;
const seen = (more: object, sighting: Partial<Sighting> = {}) =>
  matchesSighting(spec({ event: 'sighting', ...more }).when as SightingRule, testSighting(sighting));

describe('a rule', () => {
  it('waits for sightings by camera, class, zone and score', () => {
    expect(seen({})).toBe(true);
    expect([seen({ cameras: ['door', 'yard'] }), seen({ cameras: ['yard'] })]).toEqual([true, false]);
    expect([seen({ labels: ['person'] }), seen({ labels: ['car'] })]).toEqual([true, false]);
    expect(seen({ labels: ['face'] }, { label: undefined, topic: 'faces' })).toBe(true);
    expect([seen({ zones: ['steps'] }), seen({ zones: ['steps'] }, { zones: ['path', 'steps'] })]).toEqual([
      false,
      true,
    ]);
    expect([seen({ min_score: 0.8 }), seen({ min_score: 0.81 })]).toEqual([true, false]);
    expect(seen({ min_score: 0.1 }, { best_score: undefined })).toBe(false);
  });

  it('waits for findings by cause and severity, and for alerts by name and severity', () => {
    const finding = {
      cause: 'cpu',
      severity: 'warning',
      message: '',
      advice: '',
      evidence: [],
      effects: [],
      since: 1,
    } as const;
    const found = (when: object) => matchesFinding(spec({ event: 'finding', ...when }).when as never, finding as never);
    expect([found({}), found({ severity: 'critical' }), found({ causes: ['io'] }), found({ causes: ['cpu'] })]).toEqual(
      [true, false, false, true],
    );
    const labels = { alertname: 'FramesLate', severity: 'critical' };
    const alert = { status: 'firing', labels, annotations: {}, startsAt: '', fingerprint: 'f' } as const;
    const fires = (when: object) => matchesAlert(spec({ event: 'alert', ...when }).when as never, alert);
    expect([fires({}), fires({ names: ['DiskNearlyFull'] }), fires({ severities: ['critical'] })]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each([
    [{ name: '' }, 'a rule needs a name'],
    [{ targets: [] }, 'a rule needs at least one target'],
    [{ targets: [{ type: 'webhook', url: 'ftp://x/' }] }, 'http:// or https://'],
    [{ targets: [{ type: 'webhook', url: 'http://me:secret@x/' }] }, 'belong into authorization'],
    [{ targets: [{ type: 'webhook', url: 'https://x/', secret: 'short' }] }, 'whsec_'],
    [{ targets: [{ type: 'webhook', url: 'https://x/', authorization: 'a\nb' }] }, 'authorization'],
    [{ targets: [{ type: 'mqtt', topic: 'a/#' }] }, 'no # or +'],
    [{ when: { event: 'sighting', cameras: [] } }, 'leave them out for any'],
    [{ other: 1 }, 'other'],
  ])('is refused with the reason: %j', (change, message) => {
    const given = { name: 'Door', when: { event: 'sighting' }, targets: [{ type: 'browser' }], ...change };
    const { error } = ruleSpec.safeParse(given);
    expect(JSON.stringify(error?.issues)).toContain(message);
    expect(JSON.stringify(error?.issues)).not.toContain('me:secret');
  });

  it('never shows what is secret, keeps it where nothing is said of it, and removes it on request', () => {
    const webhook = { type: 'webhook', id: 't', url: 'https://x.example/hook?token=abc' };
    const first = keepRule(
      'r',
      spec({ event: 'sighting' }, { targets: [{ ...webhook, secret: SECRET, authorization: 'Bearer x1' }] }),
      undefined,
    );
    const shown = showRule(first);
    expect(JSON.stringify(shown)).not.toMatch(/whsec|Bearer|abc/);
    expect(shown.targets[0]).toMatchObject({
      url: 'https://x.example/hook?...',
      has_secret: true,
      has_authorization: true,
    });
    const same = keepRule(
      'r',
      spec({ event: 'sighting' }, { targets: [{ ...webhook, url: 'https://x.example/hook?...' }] }),
      first,
    );
    expect(same).toEqual(first);
    const without = keepRule(
      'r',
      spec({ event: 'sighting' }, { targets: [{ ...webhook, secret: null, authorization: null }] }),
      first,
    );
    expect(showRule(without).targets[0]).toMatchObject({ has_secret: false, has_authorization: false });
  });

  it('that a program sets again without ids keeps its targets and their secrets', () => {
    const targets = [
      { type: 'webhook', url: 'https://x.example/', secret: SECRET },
      { type: 'mqtt' },
      { type: 'browser' },
    ];
    const first = keepRule('r', spec({ event: 'sighting' }, { targets }), undefined);
    const [{ secret: _, ...webhook }, ...others] = targets as [{ type: string; secret?: string }];
    expect(keepRule('r', spec({ event: 'sighting' }, { targets: [webhook, ...others] }), first)).toEqual(first);
  });

  it('hides a token in the path of an address, as chats have it', () => {
    const url = 'https://hooks.example.com/services/T024BE7LD/B01ABCDEF/x7Kd03jQmZp4vTnW8yRb2LcA';
    const kept = keepRule(
      'r',
      spec({ event: 'sighting' }, { targets: [{ type: 'webhook', id: 't', url }] }),
      undefined,
    );
    const { url: shown } = showRule(kept).targets[0] as { url: string };
    expect(shown).toBe('https://hooks.example.com/services/T024BE7LD/B01ABCDEF/...');
    const same = keepRule(
      'r',
      spec({ event: 'sighting' }, { targets: [{ type: 'webhook', id: 't', url: shown }] }),
      kept,
    );
    expect(same.targets[0]).toMatchObject({ url });
  });

  it('sends no authorization to another host because its address was changed', () => {
    const target = { type: 'webhook', id: 't', url: 'https://x.example/', authorization: 'Bearer x1' };
    const first = keepRule('r', spec({ event: 'sighting' }, { targets: [target] }), undefined);
    const moved = { type: 'webhook', id: 't', url: 'https://evil.example/' };
    expect(() => keepRule('r', spec({ event: 'sighting' }, { targets: [moved] }), first)).toThrow('another host');
  });
});

describe('what happens', () => {
  let store: Awaited<ReturnType<typeof startDatabase>>;
  beforeEach(async () => {
    store = await startDatabase();
    await migrateDeliveries(store.database);
    await migrateRules(store.database);
  });
  afterEach(() => store.remove());

  function setUp() {
    const { database } = store;
    const rules = createRules({ database, log: silentLog });
    const outbox = createOutbox({ database, node_id: 'a', maxAgeMs: 86_400_000 });
    const notifier = createNotifier({
      rules,
      outbox,
      publicUrl: 'https://cams.example.org/',
      nameOf: (id) => `The ${id}`,
    });
    const list = createDeliveryList({ database, maxAgeMs: 86_400_000 });
    const sighting = (one: Sighting) => database.transaction((tx) => notifier.sighting(tx, one));
    const messages = async () => (await list.page({ limit: 100 })).deliveries.map(({ message }) => message).reverse();
    return { database, rules, notifier, sighting, messages, list };
  }

  it('is delivered to each target of each rule that waits for it, once', async () => {
    const { rules, sighting, list } = setUp();
    await rules.put('a', spec({ event: 'sighting' }, { targets: [{ type: 'browser' }, { type: 'mqtt' }] }));
    await rules.put('b', spec({ event: 'sighting', cameras: ['yard'] }));
    await rules.put('c', spec({ event: 'sighting' }, { enabled: false }));
    const one = testSighting();
    for (let i = 0; i < 3; i++) await sighting(one);
    const { deliveries } = await list.page({ limit: 100 });
    expect(deliveries.map(({ rule, kind }) => [rule.id, kind])).toEqual([
      ['a', 'mqtt'],
      ['a', 'browser'],
    ]);
    expect(new Set(deliveries.map(({ event_id }) => event_id)).size).toBe(1);
  });

  it('of a rule that is removed is given up', async () => {
    const { rules, sighting, list } = setUp();
    await rules.put('a', spec({ event: 'sighting' }));
    await sighting(testSighting());
    expect(await rules.remove('a')).toBe(true);
    expect((await list.page({ limit: 9 })).deliveries).toMatchObject([
      { state: 'dead', reason: 'its rule was removed' },
    ]);
  });

  it('in a zone is notified of when that zone is entered', async () => {
    const { rules, sighting, messages } = setUp();
    await rules.put('a', spec({ event: 'sighting', zones: ['steps'] }));
    const begun = testSighting();
    await sighting(begun);
    expect(await messages()).toEqual([]);
    await sighting({ ...begun, zones: ['path', 'steps'] });
    await sighting({ ...begun, zones: ['path', 'steps', 'door'] });
    expect(await messages()).toEqual(['A person was seen at The door in zone path, steps']);
  });

  it('soon after is not notified of again at the same camera', async () => {
    const { rules, sighting, messages } = setUp();
    await rules.put('a', spec({ event: 'sighting' }, { cooldown_s: 60 }));
    for (const [camera_id, second] of [
      ['door', 0],
      ['door', 59],
      ['yard', 10],
      ['door', 60],
      ['door', 61],
    ] as const)
      await sighting(testSighting({ camera_id, begin: 1_795_639_550 + second }));
    expect(await messages()).toHaveLength(3);
  });

  it('out of hours is not notified of', async () => {
    const { rules, sighting, messages } = setUp();
    const at = (hour: number) => new Date(2026, 10, 30, hour).getTime() / 1000;
    await rules.put('a', spec({ event: 'sighting' }, { hours: [{ from: '18:00', to: '06:00' }] }));
    for (const hour of [12, 23]) await sighting(testSighting({ begin: at(hour) }));
    expect(await messages()).toHaveLength(1);
  });

  it('to a camera: offline for long enough, and back where that is asked for', async () => {
    const { database, rules, notifier, messages } = setUp();
    await rules.put('a', spec({ event: 'camera-offline', after_s: 60, also_over: true }));
    const camera = { camera_id: 'door', since: 1_000, reason: 'it refused the password' };
    const change = (work: (tx: Parameters<typeof notifier.offline>[0]) => Promise<void>) => database.transaction(work);
    await change((tx) => notifier.offline(tx, camera, 1_059));
    await change((tx) => notifier.online(tx, camera, 1_059));
    expect(await messages()).toEqual([]);
    for (const at of [1_060, 1_070]) await change((tx) => notifier.offline(tx, camera, at));
    for (const at of [1_080, 1_080]) await change((tx) => notifier.online(tx, camera, at));
    expect(await messages()).toEqual([
      'Camera The door is offline: it refused the password',
      'Camera The door sends frames again',
    ]);
  });

  it('to the system: a finding and an alert that begin and are over', async () => {
    const { database, rules, notifier, messages } = setUp();
    await rules.put('a', spec({ event: 'finding', also_over: true }));
    await rules.put('b', spec({ event: 'alert' }));
    const finding = {
      id: 'f1',
      cause: 'cpu',
      severity: 'warning',
      message: 'Not enough CPU',
      advice: '',
      evidence: [],
      effects: [],
      since: 5,
    } as const;
    const alert = {
      labels: { alertname: 'FramesLate' },
      annotations: { summary: 'Frames are late' },
      startsAt: '2026-11-30T17:00:00Z',
      fingerprint: 'f',
    };
    for (const until of [undefined, undefined, 9])
      await database.transaction((tx) => notifier.finding(tx, { finding: finding as never, until }));
    for (const status of ['firing', 'firing', 'resolved'] as const)
      await database.transaction((tx) => notifier.alerts(tx, [{ ...alert, status }]));
    expect(await messages()).toEqual(['Not enough CPU', 'It is over: Not enough CPU', 'Frames are late']);
  });
});
