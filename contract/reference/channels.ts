import {
  backpressureNotice,
  cameraChange,
  cameraRecord,
  cloudEvent,
  connectorRecord,
  EXCHANGE,
  frameHeaders,
  incidentRecord,
  progressRecord,
  RECORD_TYPE,
  resultRecord,
  serverMessage,
  TRACKS_TYPE,
  tracksRecord,
  viewerMessage,
  watchedNotice,
} from '../index.ts';
import type { Channel } from './message.ts';

const json = 'application/json';

/** Everything that travels in messages. */
export const CHANNELS: Channel[] = [
  {
    name: 'frames',
    exchange: EXCHANGE.frames,
    routingKey: '{topic}.{camera_id}',
    from: 'sources',
    description:
      'Sources publish frames here, persistent and mandatory. The topic is `faces` unless another function takes them.',
    messages: [
      {
        name: 'frame',
        summary: 'One frame',
        contentType: 'image/jpeg',
        headers: frameHeaders,
        description:
          'The body is the JPEG. `message_id` is the frame id, `timestamp` the capture in seconds, `expiration` what is left until the deadline in milliseconds.',
      },
    ],
  },
  {
    name: 'results',
    exchange: EXCHANGE.results,
    routingKey: '{camera_id}',
    from: 'connector',
    description:
      'Outcomes and heartbeats, kept in the stream `result_queue`. Readers ignore a message of another `type`.',
    messages: [
      {
        name: 'result',
        type: RECORD_TYPE.result,
        summary: 'The outcome of one frame',
        contentType: json,
        payload: resultRecord,
      },
      {
        name: 'camera',
        type: RECORD_TYPE.camera,
        summary: "A camera's state: at each change, and every 10 s",
        contentType: json,
        payload: cameraRecord,
      },
      {
        name: 'cameraChange',
        type: RECORD_TYPE.change,
        summary: 'A person added, changed, renamed or removed a camera',
        contentType: json,
        payload: cameraChange,
      },
      {
        name: 'connector',
        type: RECORD_TYPE.connector,
        summary: "A connector's heartbeat, every 10 s, under the key `connector`",
        contentType: json,
        payload: connectorRecord,
      },
      {
        name: 'incident',
        type: RECORD_TYPE.incident,
        summary: 'A finding that began, continues or ended',
        contentType: json,
        payload: incidentRecord,
      },
    ],
  },
  {
    name: 'tracks',
    exchange: EXCHANGE.tracks,
    routingKey: '{camera_id}',
    from: 'track-objects',
    description:
      'Objects that are followed over time, and heartbeats, kept in the stream `track_queue`. Readers ignore a message of another `type`.',
    messages: [
      {
        name: 'tracks',
        type: TRACKS_TYPE.tracks,
        summary: 'The tracks of one frame',
        contentType: json,
        payload: tracksRecord,
      },
      {
        name: 'progress',
        type: TRACKS_TYPE.progress,
        summary: "A replica's heartbeat, every 5 s, under the key `progress`",
        contentType: json,
        payload: progressRecord,
      },
    ],
  },
  {
    name: 'backpressure',
    exchange: EXCHANGE.backpressure,
    routingKey: '{topic}',
    from: 'connector',
    description:
      'Under overload: the share of their frames that sources should shed. Five times per second, and once with 0 when it is over.',
    messages: [
      { name: 'backpressureNotice', summary: 'How much to shed', contentType: json, payload: backpressureNotice },
    ],
  },
  {
    name: 'watched',
    exchange: EXCHANGE.watched,
    routingKey: 'cameras',
    from: 'results-ws',
    description: 'Which cameras somebody watches: at each change, and every second while there are any.',
    messages: [{ name: 'watchedNotice', summary: 'The watched cameras', contentType: json, payload: watchedNotice }],
  },
  {
    name: 'watchedFrames',
    exchange: EXCHANGE.watchedFrames,
    routingKey: 'seen.{camera_id}',
    from: 'connector',
    description:
      'The frames of watched cameras, forwarded as the connector takes them from their queue. The camera connector publishes still frames here, about one per second.',
    messages: [{ name: 'watchedFrame', summary: 'One frame', contentType: 'image/jpeg', headers: frameHeaders }],
  },
  {
    name: 'notifications',
    exchange: EXCHANGE.notifications,
    routingKey: '{rule_id}',
    from: 'sightings',
    description: 'Notifications of rules with the target `browser`. Each results-ws sends them to its viewers.',
    messages: [
      {
        name: 'notification',
        summary: 'A notification',
        contentType: 'application/cloudevents+json',
        payload: cloudEvent,
      },
    ],
  },
  {
    name: 'toServer',
    path: '/ws/results',
    from: 'viewers',
    description: 'Messages from a viewer, subprotocol `framewire.v1`, as text.',
    messages: [{ name: 'viewerMessage', summary: 'watch, ping or drawn', contentType: json, payload: viewerMessage }],
  },
  {
    name: 'toViewer',
    path: '/ws/results',
    from: 'results-ws',
    description:
      'Messages to a viewer, as text. A result travels as one binary message: the length of its header (uint32, big-endian), the header as JSON, then the JPEG or nothing.',
    messages: [
      {
        name: 'serverMessage',
        summary: 'hello, cameras, result, tracks, pong, skipped, notification or error',
        contentType: json,
        payload: serverMessage,
      },
    ],
  },
];
