import { cameraId } from '@framewire/contract';

export type Route = { view: 'grid' } | { view: 'camera'; camera: string };

/** The view that the address's hash names; anything else is the grid. */
export function parseRoute(hash: string): Route {
  const camera = cameraId.safeParse(/^#\/camera\/([^/]+)$/.exec(hash)?.[1]);
  return camera.success ? { view: 'camera', camera: camera.data } : { view: 'grid' };
}

export const formatRoute = (route: Route): string => (route.view === 'camera' ? `#/camera/${route.camera}` : '#/');
