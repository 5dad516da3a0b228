import { hash, randomUUID } from 'node:crypto';
import {
  type CloudEvent,
  type Finding,
  formatUuid,
  type NotificationData,
  type NotificationType,
  type PrometheusAlert,
  type Sighting,
  sightingLabel,
} from '@framewire/contract';

/** What happened, before it is known which rules it concerns. */
export interface Occurrence {
  type: NotificationType;
  /** The same whenever the same thing is read again. */
  key: string;
  /** Milliseconds since the epoch. */
  at: number;
  subject?: string;
  message: string;
  /** The page of the dashboard, below its address. */
  page?: string;
  /** The picture, below the address of the dashboard. */
  picture?: string;
  data: Omit<NotificationData, 'rule' | 'message' | 'link' | 'picture_url' | 'picture'>;
}

/** The name of a notification: it follows from the rule and from what happened, so that a repetition has the same. UUIDv8. */
export const eventId = (rule: string, key: string): string =>
  formatUuid(hash('sha256', `${rule}\n${key}`, 'buffer').subarray(0, 16), 8);

/** @param publicUrl where people reach the dashboard, with a slash at its end. */
export function toCloudEvent(
  occurrence: Occurrence,
  rule: { id: string; name: string },
  publicUrl: string | undefined,
): CloudEvent {
  const { type, key, at, subject, message, page, picture, data } = occurrence;
  return {
    specversion: '1.0',
    id: eventId(rule.id, key),
    source: publicUrl ?? 'framewire',
    type,
    ...(subject !== undefined && { subject }),
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      rule: { id: rule.id, name: rule.name },
      message,
      ...(publicUrl !== undefined && page !== undefined && { link: `${publicUrl}${page}` }),
      ...(publicUrl !== undefined && picture !== undefined && { picture_url: `${publicUrl}${picture}` }),
      ...data,
    },
  };
}

const VOWELS = ['A', 'E', 'I', 'O'];
/** `person` with its article. */
const withArticle = (label: string) => `${VOWELS.includes(label.charAt(0).toUpperCase()) ? 'An' : 'A'} ${label}`;
const among = (names: string[]) => (names.length > 0 ? ` in zone ${names.join(', ')}` : '');

export const sightingSeen = (sighting: Sighting, cameraName = sighting.camera_id): Occurrence => ({
  type: 'framewire.sighting.begin',
  key: `sighting ${sighting.id}`,
  at: sighting.begin * 1000,
  subject: sighting.camera_id,
  message: `${withArticle(sightingLabel(sighting))} was seen at ${cameraName}${among(sighting.zones)}`,
  page: `#/sighting/${sighting.id}`,
  picture: `api/sightings/${sighting.id}/picture`,
  data: { sighting },
});

export interface OfflineCamera {
  camera_id: string;
  name?: string;
  /** Seconds since the epoch. */
  since: number;
  reason?: string;
}

export const cameraOffline = (camera: OfflineCamera): Occurrence => ({
  type: 'framewire.camera.offline',
  key: `offline ${camera.camera_id} ${camera.since}`,
  at: camera.since * 1000,
  subject: camera.camera_id,
  message: `Camera ${camera.name ?? camera.camera_id} is offline${camera.reason ? `: ${camera.reason}` : ''}`,
  page: `#/camera/${camera.camera_id}`,
  data: { camera },
});

/** @param at seconds since the epoch. */
export const cameraOnline = (camera: OfflineCamera, at: number): Occurrence => ({
  ...cameraOffline(camera),
  type: 'framewire.camera.online',
  key: `online ${camera.camera_id} ${camera.since}`,
  at: at * 1000,
  message: `Camera ${camera.name ?? camera.camera_id} sends frames again`,
});

/** @param until seconds since the epoch; absent while it lasts. */
export function findingChanged(finding: Finding, until: number | undefined): Occurrence {
  const { id, cause, message, since } = finding;
  const over = until !== undefined;
  return {
    type: over ? 'framewire.finding.end' : 'framewire.finding.begin',
    key: `finding ${id ?? `${cause} ${since}`}${over ? ' end' : ''}`,
    at: (until ?? since) * 1000,
    subject: cause,
    message: over ? `It is over: ${message}` : message,
    page: id === undefined ? '#/diagnosis' : `#/incident/${id}`,
    data: { finding },
  };
}

export function alertChanged(alert: PrometheusAlert): Occurrence {
  const over = alert.status === 'resolved';
  const name = alert.labels.alertname ?? 'an alert';
  const summary = alert.annotations.summary ?? alert.annotations.description ?? name;
  const at = Date.parse((over && alert.endsAt) || alert.startsAt);
  return {
    type: over ? 'framewire.alert.resolved' : 'framewire.alert.firing',
    key: `alert ${alert.fingerprint} ${alert.startsAt}${over ? ' resolved' : ''}`,
    at: Number.isNaN(at) ? Date.now() : at,
    subject: name,
    message: over ? `It is over: ${summary}` : summary,
    page: '#/diagnosis',
    data: { alert },
  };
}

/** What the button Test sends: a notification of its own type, which no receiver takes for real. */
export const testEvent = (rule: { id: string; name: string }, publicUrl: string | undefined): CloudEvent =>
  toCloudEvent(
    {
      type: 'framewire.test',
      key: `test ${randomUUID()}`,
      at: Date.now(),
      message: `This is a test of the rule "${rule.name}"`,
      page: '#/notifications',
      data: {},
    },
    rule,
    publicUrl,
  );
