import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { describedEnum } from '../described-enum.ts';
import { finding } from '../diagnosis/finding.ts';
import { sighting } from '../sightings/sighting.ts';

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json';

export const notificationType = describedEnum('NotificationType', 'What a notification is about.', {
  'framewire.sighting.begin': 'something is seen;',
  'framewire.camera.offline': 'a camera sends no frames;',
  'framewire.camera.online': 'it sends frames again;',
  'framewire.finding.begin': 'the diagnosis found something;',
  'framewire.finding.end': 'it is over;',
  'framewire.alert.firing': 'an alert of Prometheus fires;',
  'framewire.alert.resolved': 'it is over;',
  'framewire.test': 'somebody pressed Test.',
});
export type NotificationType = z.infer<typeof notificationType>;

/** An alert as Alertmanager has it. */
export const prometheusAlert = z
  .object({
    status: z.enum(['firing', 'resolved']),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
    startsAt: z.string().describe('RFC 3339.'),
    endsAt: z.string().optional(),
    fingerprint: z.string().max(64).describe('The same for the same labels.'),
  })
  .meta({ id: 'PrometheusAlert', description: 'An alert of Prometheus, as Alertmanager sends it.' });
export type PrometheusAlert = z.infer<typeof prometheusAlert>;

/** The body that Alertmanager posts (version 4). */
export const alertsNotice = z
  .object({ alerts: z.array(prometheusAlert).max(1_000) })
  .meta({ id: 'AlertsNotice', description: 'Alerts that began or ended, as Alertmanager posts them.' });

/** What happened, for people and for programs. */
export const notificationData = z
  .object({
    rule: z.object({ id: z.string(), name: z.string() }).describe('The rule that it comes from.'),
    message: z.string().describe('What happened: a sentence for a person.'),
    link: z.string().optional().describe('Where the dashboard shows it. Absent where `PUBLIC_URL` is not set.'),
    picture_url: z.string().optional().describe('The picture of a sighting. It wants the key of the dashboard.'),
    picture: z.string().optional().describe('The picture itself: a JPEG as base64.'),
    sighting: sighting.optional(),
    camera: z
      .object({
        camera_id: cameraId,
        name: z.string().optional(),
        since: z.number().describe('Seconds since the epoch.'),
        reason: z.string().optional(),
      })
      .optional(),
    finding: finding.optional(),
    alert: prometheusAlert.optional(),
  })
  .meta({ id: 'NotificationData', description: 'What happened, for people and for programs.' });
export type NotificationData = z.infer<typeof notificationData>;

/** A notification: CloudEvents 1.0 in JSON. A receiver that gets one twice knows it by its `id`. */
export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.uuid().describe('The same at each attempt. It follows from the rule and from what happened.'),
    source: z.string().describe('The address of the dashboard, or `framewire`.'),
    type: notificationType,
    subject: z.string().optional().describe('The camera, the cause of a finding, or the name of an alert.'),
    time: z.string().describe('When it happened, RFC 3339.'),
    datacontenttype: z.literal('application/json'),
    data: notificationData,
  })
  .meta({ id: 'CloudEvent', description: 'A notification, as CloudEvents 1.0 in JSON.' });
export type CloudEvent = z.infer<typeof cloudEvent>;
