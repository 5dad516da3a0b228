import { ingestAnswer } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import { createScene } from '../../connectors/camera/demo/scene.ts';
import { ingestUrl, postBody } from '../../testkit/system/cameras.ts';
import type { SystemInfo } from '../../testkit/system/start.ts';

export interface Load {
  /** Frames that were accepted: 202, after the broker's confirm. */
  accepted: string[];
  /** How often it was told to come again later, or got no answer. */
  refused: number;
  stop(): Promise<void>;
}

/** Posts frames without a deadline, `posters` at once, each as fast as it is answered, until it is stopped. */
export async function startLoad(system: SystemInfo, camera: string, posters: number): Promise<Load> {
  const jpeg = await createScene(camera).draw(0);
  const load = { accepted: [] as string[], refused: 0 };
  let stopping = false;

  async function post(): Promise<void> {
    while (!stopping) {
      const answer = await postBody(ingestUrl(system, camera), jpeg).catch(() => undefined);
      if (answer?.status === 202) load.accepted.push(ingestAnswer.parse(await answer.json()).frame_id);
      else {
        load.refused++;
        await answer?.arrayBuffer();
        await sleep(100);
      }
    }
  }

  const working = Array.from({ length: posters }, post);
  return Object.assign(load, {
    async stop() {
      stopping = true;
      await Promise.all(working);
    },
  });
}
