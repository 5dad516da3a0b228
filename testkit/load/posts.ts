import { ingestAnswer } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import { createScene } from '../frames/scene.ts';
import { ingestUrl, postBody } from '../system/cameras.ts';
import type { SystemInfo } from '../system/system.ts';
import { startClosedLoad } from './closed.ts';

export interface PostLoad {
  /** Ids of frames that were accepted: 202, after the broker's confirm. */
  accepted: string[];
  /** How often a post was refused or got no answer. */
  refused: number;
  stop(): Promise<void>;
}

/** Posts frames without a deadline, `posters` at once, each as fast as it is answered, until it is stopped. */
export async function startPosts(system: SystemInfo, camera: string, posters: number): Promise<PostLoad> {
  const jpeg = await createScene(camera).draw(0);
  const posts = { accepted: [] as string[], refused: 0 };
  const load = startClosedLoad(posters, async () => {
    const answer = await postBody(ingestUrl(system, camera), jpeg).catch(() => undefined);
    if (answer?.status === 202) posts.accepted.push(ingestAnswer.parse(await answer.json()).frame_id);
    else {
      posts.refused++;
      await answer?.arrayBuffer();
      await sleep(100);
    }
  });
  return Object.assign(posts, { stop: () => load.stop() });
}
