import { type CameraSpec, type CameraView, camerasAnswer, ingestAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import type { SystemInfo } from './system.ts';

/** Adds or changes a camera of the camera connector. */
export async function putCamera(
  system: SystemInfo,
  id: string,
  spec: Partial<CameraSpec> & { url: string },
): Promise<void> {
  const answer = await fetch(`${system.cameras}/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(spec),
  });
  if (!answer.ok) throw new Error(`PUT ${id}: ${answer.status} ${await answer.text()}`);
}

/** Takes cameras away; those that are not there are none to complain about. */
export async function removeCameras(system: SystemInfo, ...ids: string[]): Promise<void> {
  await Promise.all(ids.map((id) => fetch(`${system.cameras}/${id}`, { method: 'DELETE' })));
}

/** What `api/cameras` says of one. */
export async function viewOf(system: SystemInfo, id: string): Promise<CameraView | undefined> {
  const answer = await fetch(`${system.dashboard}/api/cameras`);
  return camerasAnswer.parse(await answer.json()).cameras.find((camera) => camera.camera_id === id);
}

/** Waits until `api/cameras` says so. */
export const untilView = (
  system: SystemInfo,
  id: string,
  what: string,
  check: (view: CameraView | undefined) => unknown,
): Promise<unknown> =>
  waitFor(`camera ${id}: ${what}`, async () => Boolean(check(await viewOf(system, id))), {
    timeout: 40_000,
    every: 200,
  });

/** The address that takes frames by HTTP. */
export const ingestUrl = ({ gateway }: SystemInfo, camera: string): string =>
  `${gateway}/function/ingest-frame?camera=${camera}`;

/** Sends a JPEG and gives the id of the frame that it is now. @throws Error unless it was accepted. */
export async function postFrame(system: SystemInfo, camera: string, jpeg: Uint8Array): Promise<string> {
  const answer = await postBody(ingestUrl(system, camera), jpeg);
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
  return ingestAnswer.parse(await answer.json()).frame_id;
}

export const postBody = (url: string, body: Uint8Array, type = 'image/jpeg'): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': type }, body: Buffer.from(body) });
