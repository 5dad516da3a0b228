import { type ConnectorRecord, connectorRecord, RECORD_TYPE, uuidv7 } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER, detector } from '../testing/gateway.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await startTestSystem();
});
afterEach(() => system.close());

const heartbeats = (): ConnectorRecord[] =>
  system.messages
    .filter(({ properties }) => properties.type === RECORD_TYPE.connector)
    .map(({ content }) => connectorRecord.parse(JSON.parse(content.toString())));

describe('the heartbeat of a connector', () => {
  it('names the frames that a function does not answer for, until it does', { timeout: 90_000 }, async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    system.gateway.functions.set(
      'detect',
      detector({
        replicas: 2,
        async answer() {
          await answered;
          return Response.json(ANSWER);
        },
      }),
    );
    await system.start();
    await waitFor('the first', () => heartbeats()[0]);
    expect(heartbeats()[0]?.held).toEqual([]);
    const source = uuidv7();
    await system.send({ source, seq: 7 });
    await system.send(); // of a producer that numbers nothing: nobody misses it
    await waitFor('the frame', () => heartbeats().at(-1)?.held.length, { timeout: 40_000 });
    expect(heartbeats().at(-1)?.held).toEqual([{ source, seq: 7 }]);
    answer();
    await waitFor('its end', () => heartbeats().at(-1)?.held.length === 0, { timeout: 40_000 });
  });
});
