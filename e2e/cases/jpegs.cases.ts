/** JPEGs as cameras, phones and editors write them: what a browser shows whole is detected, half a picture is refused truthfully. */
import { frameAnswer, ingestAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { describe, inject } from 'vitest';
import { drawOddJpegs } from '../../functions/detect-faces/testing/odd-jpegs.ts';
import { ingestUrl, postBody } from '../../testkit/system/cameras.ts';
import { aCase, type Seen } from './case.ts';

const system = inject('system');

async function post(jpeg: Uint8Array): Promise<Seen & { refusal?: string }> {
  const answer = await waitFor(
    'room in the queue',
    async () => {
      const answer = await postBody(ingestUrl(system, 'jpegs'), jpeg);
      return answer.status === 429 ? undefined : answer;
    },
    { timeout: 30_000, every: 250 },
  );
  if (answer.status !== 202) {
    const refusal = await answer.text();
    return { ok: false, seen: `${answer.status} ${refusal}`, refusal };
  }
  const { frame_id } = ingestAnswer.parse(await answer.json());
  const { record } = await waitFor(
    'its outcome',
    async () => {
      const answer = await fetch(`${system.dashboard}/api/frames/${frame_id}`);
      return answer.ok ? frameAnswer.parse(await answer.json()) : undefined;
    },
    { timeout: 60_000, every: 200 },
  );
  const { outcome, reason } = record;
  return { ok: outcome === 'detected', seen: reason ? `${outcome}: ${reason}` : outcome, refusal: reason };
}

describe('pictures', async () => {
  for (const { name, jpeg, expected } of await drawOddJpegs()) {
    if ('same' in expected) aCase(name, 'detected', () => post(jpeg));
    else
      aCase(name, `refused: ${expected.message}`, async () => {
        const { refusal = '', seen } = await post(jpeg);
        return { seen, ok: expected.message.test(refusal) };
      });
  }
});
