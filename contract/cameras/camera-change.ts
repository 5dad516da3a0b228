import { z } from 'zod';
import { describedEnum } from '../described-enum.ts';
import { cameraId } from './camera-id.ts';

/** The header in which results-ws says who asks for a change of a camera: `write session from 10.0.0.4`. */
export const CHANGED_BY = 'framewire-by';

/** What a person did to a camera. */
export const cameraAction = describedEnum('CameraAction', 'What a person did to a camera.', {
  added: 'it is new;',
  changed: 'other settings, which `fields` names;',
  paused: 'it sends no frames;',
  resumed: 'it sends frames again;',
  renamed: 'it has another id, `to`;',
  removed: 'it was taken out;',
  dismissed: 'its connector knew it no longer, and it is no longer shown.',
});
export type CameraAction = z.infer<typeof cameraAction>;

/** A change of a camera, as it stands in `result_queue`. */
export const cameraChange = z
  .object({
    camera_id: cameraId.describe('The camera; of one that was renamed its old id.'),
    action: cameraAction,
    by: z.string().max(200).describe('Who: `write session from 10.0.0.4`, `the API`, or the file that names it.'),
    name: z.string().max(80).optional().describe('What people call it, if it has a name.'),
    to: cameraId.optional().describe('Its new id, if it was renamed.'),
    fields: z.array(z.string()).max(32).optional().describe('The settings that were changed.'),
    timestamp: z.number().describe('Seconds since the epoch.'),
  })
  .meta({ id: 'CameraChange', description: 'A person added, changed, renamed or removed a camera.' });
export type CameraChange = z.infer<typeof cameraChange>;
