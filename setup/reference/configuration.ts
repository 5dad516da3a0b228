import { settings as camera } from '../../connectors/camera/settings.ts';
import { settings as connector } from '../../connectors/rabbitmq/settings.ts';
import { settings as topology } from '../../deploy/topology/settings.ts';
import { settings as detect } from '../../functions/detect-faces/settings.ts';
import { settings as ingest } from '../../functions/ingest-frame/settings.ts';
import { settings as results } from '../../functions/results-ws/settings.ts';
import { settings as sightings } from '../../functions/sightings/settings.ts';
import { settings as tracker } from '../../functions/track-objects/settings.ts';
import { brokerSettings } from '../../runtime/amqp/index.ts';
import { httpSettings } from '../../runtime/http/index.ts';
import type { Setting, Settings } from '../../runtime/process/index.ts';
import { table } from './markdown.ts';

const shared = { ...httpSettings(0), ...brokerSettings() };

/** Settings by the name of the block that lists them. */
export const CONFIGURATION: Record<string, Settings> = {
  'every part with HTTP': withoutPort(httpSettings(0)),
  'every part with a broker': brokerSettings(),
  'ingest-frame': ownOf(ingest),
  'detect-faces': ownOf(detect),
  'RabbitMQ connector': ownOf(connector),
  'camera connector': ownOf(camera),
  'results-ws': ownOf(results),
  sightings: ownOf(sightings),
  'track-objects': ownOf(tracker),
  topology,
};

/** A row for each setting: what it does, what is allowed, and what it is unless set. */
export const configurationTable = (settings: Settings): string =>
  table(
    ['setting', 'default', 'allowed', 'meaning'],
    Object.entries(settings).map(([name, setting]) => [
      `\`${name}\`${setting.secret ? ' (secret)' : ''}`,
      fallbackOf(setting),
      setting.allowed,
      setting.about ?? '',
    ]),
  );

/** The port is each part's own. */
function withoutPort({ PORT, ...others }: Settings): Settings {
  return others;
}

/** All but those that every part has. */
function ownOf(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name === 'PORT' || !(name in shared)));
}

function fallbackOf(setting: Setting<unknown>): string {
  if (!('fallback' in setting)) return 'must be set';
  const { fallback } = setting;
  if (fallback === undefined || isEmpty(fallback)) return '';
  if (typeof fallback === 'object') return Array.isArray(fallback) ? `\`${fallback.map(inShort).join(',')}\`` : '';
  return `\`${inShort(fallback)}\``;
}

const isEmpty = (value: unknown) => value instanceof Map || (Array.isArray(value) && value.length === 0);

/** A folder is named from the root of the project, a topic as it is written. */
function inShort(value: unknown): string {
  if (typeof value === 'object' && value && 'topic' in value && 'queue' in value)
    return `${value.topic}=${value.queue}`;
  return String(value).replace(/^.*\/(?=(dashboard|data)\/)/, '');
}
