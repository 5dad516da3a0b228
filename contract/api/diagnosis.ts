import { z } from 'zod';
import { describedEnum } from '../described-enum.ts';
import { finding } from '../diagnosis/finding.ts';

/** How the system is as a whole. */
export const systemState = describedEnum('SystemState', 'How the system is as a whole.', {
  ok: 'there is no finding;',
  tight: 'a resource is short, and the SLO still holds;',
  degraded: 'the SLO does not hold or is about to fail, or one camera, viewer or replica has trouble;',
  broken: 'a part is down, and no frame, or not every frame, gets through.',
});
export type SystemState = z.infer<typeof systemState>;

/** The service level objective (SLO), and how far it is met now. */
export const sloStatus = z
  .object({
    target: z.number().describe('How old a frame may be when it is drawn, milliseconds.'),
    objective: z.number().describe('The share of frames that must meet the target, 0 to 1.'),
    good_ratio: z
      .number()
      .optional()
      .describe(
        'The share that met it in the last minute: of the frames that viewers drew, or of the outcomes if nobody draws.',
      ),
    p95: z
      .number()
      .optional()
      .describe('The 95th percentile of the age at the outcome over the last seconds, milliseconds.'),
    dropped_ratio: z
      .number()
      .describe('The share of the frames of the last seconds that were shed or expired, 0 to 1.'),
    status: z.enum(['met', 'at_risk', 'missed']).describe('Whether the SLO is met, is about to fail, or fails.'),
  })
  .meta({ id: 'SloStatus', description: 'The service level objective (SLO), and how far it is met now.' });
export type SloStatus = z.infer<typeof sloStatus>;

/** A part of the diagnosis that failed itself: what it would have found is not known. */
export const gap = z
  .object({
    what: z.string().describe('The part of the diagnosis.'),
    message: z.string().describe('Why it failed.'),
    since: z.number().describe('Seconds since the epoch.'),
  })
  .meta({
    id: 'DiagnosisGap',
    description: 'A part of the diagnosis that failed itself: what it would have found is not known.',
  });
export type Gap = z.infer<typeof gap>;

/** `GET api/diagnosis`. No finding and no gap: all is well, as far as the server sees. */
export const diagnosisAnswer = z
  .object({
    state: systemState.default('ok'),
    slo: sloStatus.optional(),
    findings: z.array(finding).describe('The worst first.'),
    gaps: z.array(gap).default([]),
  })
  .meta({ id: 'Diagnosis', description: 'What holds the system back now: findings with cause, evidence and advice.' });
export type DiagnosisAnswer = z.infer<typeof diagnosisAnswer>;
