import { z } from 'zod';
import { cameraSpecFields } from './camera.ts';
import { cameraId } from './camera-id.ts';

const { url, loop, deadline_ms, ...others } = cameraSpecFields;
const nullable = <S extends z.ZodRawShape>(shape: S) =>
  Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, (field as z.ZodType).nullish()]),
  ) as unknown as {
    [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>>;
  };
const FIELDS = Object.keys(cameraSpecFields).join(', ');

/** The body of `PATCH /cameras/<id>` on `connectors/camera`. */
export const cameraPatch = z
  .strictObject(
    {
      url: url.optional(),
      ...nullable({ ...others, loop: loop.unwrap(), deadline_ms: deadline_ms.unwrap() }),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; known: ${FIELDS}`
          : 'a change is an object such as {"fps": 5, "name": null}',
    },
  )
  .meta({
    id: 'CameraPatch',
    description: 'Fields of a camera that change. Fields that are absent stay as they are, and null removes one.',
  });
export type CameraPatch = z.infer<typeof cameraPatch>;

/** The body of `POST /cameras/<id>/rename`. */
export const cameraRename = z
  .strictObject({ to: cameraId }, 'a new id is written as {"to": "porch"}')
  .meta({ id: 'CameraRename', description: 'The new id of a camera.' });

/** The body of `POST /cameras/test`. */
export const cameraTest = z
  .strictObject(
    {
      url,
      camera_id: cameraId
        .optional()
        .describe('The camera whose password is meant if the address is masked, as `GET /cameras/<id>` returns it.'),
    },
    'an address to test is written as {"url": "rtsp://10.0.0.4/live"}',
  )
  .meta({ id: 'CameraTest', description: 'An address to test.' });
