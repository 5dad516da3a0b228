import { z } from 'zod';
import { MAX_REPLICAS, SCALE_LABEL } from './scale-labels.ts';

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});

const labels = texts.superRefine((given, context) => {
  const refuse = (name: string, why: string) =>
    context.addIssue({ code: 'custom', message: `${SCALE_LABEL}${name} ${why} for Community Edition` });
  for (const name of ['zero-duration', 'target', 'type'])
    if (SCALE_LABEL + name in given) refuse(name, 'not available');
  if (given[`${SCALE_LABEL}zero`] === 'true') refuse('zero', 'not available');
  for (const name of ['max', 'min'])
    if (Number(given[SCALE_LABEL + name]) > MAX_REPLICAS) refuse(name, 'is set too high');
});

/**
 * The body of `POST` and `PUT /system/functions`: OpenFaaS's FunctionDeployment, as far as it means something to a process. Requests,
 * limits, constraints and a read-only root are let be. What the community edition refuses is refused here too, in its words.
 */
export const deployment = z.object({
  /** The function's name. */
  service: z
    .string({ error: 'service: is required' })
    .min(1, 'service: is required')
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
      error: ({ input }) => `service: (${input}) is invalid, must be a valid DNS entry`,
    }),
  image: z.string({ error: 'image: is required' }).min(1, 'image: is required'),
  namespace: z.string().nullish(),
  envVars: texts,
  labels,
  annotations: texts,
  secrets: z
    .array(z.string())
    .nullish()
    .transform((names) => names ?? []),
});
export type Deployment = z.infer<typeof deployment>;

/** `registry.example/team/detect-faces:1.2` -> `detect-faces`. */
export const imageName = (image: string): string => (image.split('/').at(-1) ?? '').replace(/[:@].*$/, '');
