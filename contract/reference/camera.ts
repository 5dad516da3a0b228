import { cameraAnswer, cameraListAnswer, cameraPatch, cameraRename, cameraSpec, cameraTest } from '../index.ts';
import { inPath, type Part } from './operation.ts';
import { COMMON_REFUSALS, NOT_FOUND, PROBES } from './probes.ts';

const id = inPath('camera_id', 'The camera id.');
const noSuchCamera = { status: 404, codes: ['no_such_camera'], description: 'There is no camera of that id.' };
const badId = { status: 400, codes: ['bad_id'], description: 'Not a camera id.' };
const badSpec = { status: 400, codes: ['bad_spec'], description: 'The body, with what is wrong.' };
const tooLarge = { status: 413, codes: ['too_large'], description: 'A body of more than 64 KiB.' };
const notSaved = [
  {
    status: 503,
    codes: ['not_saved', 'list_unreadable'],
    description: 'The list of cameras cannot be written, or read. Nothing changed.',
  },
  { status: 409, codes: ['defined_in_file'], description: 'The file of cameras defines it: change that file.' },
  { status: 507, codes: ['not_saved'], description: 'No space is left for the list of cameras. Nothing changed.' },
];

export const CAMERA: Part = {
  name: 'camera connector',
  description: 'Reads video sources and publishes their frames. A change is on disk before it is answered.',
  operations: [
    {
      method: 'get',
      path: '/cameras',
      summary: 'Every camera',
      answers: [
        { status: 200, description: 'The cameras, and those of the list that were refused', schema: cameraListAnswer },
      ],
    },
    {
      method: 'get',
      path: '/cameras/{camera_id}',
      summary: 'One camera',
      parameters: [id],
      answers: [{ status: 200, description: 'Its settings and its state', schema: cameraAnswer }],
      refusals: [badId, noSuchCamera],
    },
    {
      method: 'put',
      path: '/cameras/{camera_id}',
      summary: 'Add a camera, or change one',
      parameters: [id],
      body: { description: 'Its settings.', schema: cameraSpec, types: ['application/json'] },
      answers: [
        { status: 200, description: 'Changed; where nothing changed it runs on', schema: cameraAnswer },
        { status: 201, description: 'Added', schema: cameraAnswer },
      ],
      refusals: [badId, badSpec, tooLarge, ...notSaved],
    },
    {
      method: 'patch',
      path: '/cameras/{camera_id}',
      summary: 'Change some settings of a camera',
      description:
        'Fields that are absent stay as they are, and null removes one. Only another address, topics, rate, deadline or loop, and pausing, restart its source: other settings cost no frame.',
      parameters: [id],
      body: { description: 'What changes.', schema: cameraPatch, types: ['application/json'] },
      answers: [{ status: 200, description: 'Changed; where nothing changed it runs on', schema: cameraAnswer }],
      refusals: [badId, badSpec, noSuchCamera, tooLarge, ...notSaved],
    },
    {
      method: 'post',
      path: '/cameras/{camera_id}/rename',
      summary: 'Give a camera another id',
      description: 'It keeps its settings. Its records name the ids that it had before.',
      parameters: [id],
      body: { description: 'Its new id.', schema: cameraRename, types: ['application/json'] },
      answers: [{ status: 200, description: 'The camera under its new id', schema: cameraAnswer }],
      refusals: [
        badId,
        badSpec,
        noSuchCamera,
        { status: 409, codes: ['id_taken'], description: 'There is a camera of the new id.' },
        tooLarge,
        ...notSaved,
      ],
    },
    {
      method: 'post',
      path: '/cameras/test',
      summary: 'Look at what an address shows, within 10 s',
      body: { description: 'The address.', schema: cameraTest, types: ['application/json'] },
      answers: [{ status: 200, description: 'One frame', type: 'image/jpeg' }],
      refusals: [
        badSpec,
        tooLarge,
        {
          status: 422,
          codes: ['no_frame', 'timeout'],
          description: 'No frame came: it refused or broke off, or it did not answer in time.',
        },
        { status: 429, codes: ['busy'], description: 'Four addresses are being tested. `Retry-After: 1`.' },
      ],
    },
    {
      method: 'delete',
      path: '/cameras/{camera_id}',
      summary: 'Remove a camera',
      parameters: [id],
      answers: [{ status: 204, description: 'Removed' }],
      refusals: [noSuchCamera, ...notSaved],
    },
    ...PROBES,
  ],
  refusals: [
    ...COMMON_REFUSALS,
    NOT_FOUND,
    { status: 400, codes: ['unknown_parameter'], description: 'The address takes no parameters.' },
    { status: 401, codes: ['unauthorized'], description: 'No key, or a wrong one, where `CAMERA_KEY` is set.' },
  ],
};
