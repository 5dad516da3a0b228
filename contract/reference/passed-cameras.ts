import { CAMERA } from './camera.ts';
import type { Operation, Refusal } from './operation.ts';

const noCameras: Refusal[] = [
  { status: 404, codes: ['no_camera_connector'], description: '`CAMERA_URL` is not set.' },
  {
    status: 503,
    codes: ['cameras_unreachable'],
    description: 'The camera connector does not answer. `Retry-After: 1`.',
  },
];
const notDismissed: Refusal = {
  status: 503,
  codes: ['not_dismissed'],
  description: 'RabbitMQ did not take that the camera is no longer shown. `Retry-After: 1`.',
};
/** What results-ws passes on to the camera connector: the addresses are the same there. */
export const CAMERAS: Operation[] = CAMERA.operations
  .filter(({ path }) => path.startsWith('/cameras/'))
  .map(({ summary, refusals = [], ...operation }) => ({
    ...(operation.method === 'delete' && {
      description: 'One that the connector does not know is dismissed: it is no longer shown.',
    }),
    ...operation,
    path: `/api${operation.path}`,
    summary: `${summary}, by the camera connector`,
    refusals: [...refusals, ...noCameras, ...(operation.method === 'delete' ? [notDismissed] : [])],
  }));
