import { waitFor } from '@framewire/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { detector, startTestSystem, type TestSystem } from './testing.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  system.gateway.functions.set('detect', detector());
  await system.start();
});
afterAll(() => system.close());
beforeEach(() => system.gateway.functions.set('detect', detector()));

const record = (id: string) => waitFor(`the outcome of ${id}`, () => system.records(id)[0]);

describe('the outcome of a frame', () => {
  it('is detected, with where its time went', async () => {
    const id = await system.send({ source: 's', seq: 3, shed: [[1, 2]] });
    const told = await record(id);
    expect(told).toMatchObject({ camera_id: 'door', source: 's', seq: 3, shed: [[1, 2]], outcome: 'detected' });
    expect(told).toMatchObject({ detections: [{ x: 1, y: 2, w: 3, h: 4 }], node_id: 'replica-1' });
  });
});
