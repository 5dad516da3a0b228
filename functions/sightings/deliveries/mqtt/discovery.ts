import { AVAILABLE_TOPIC, connectedTopic, countTopic, snapshotTopic } from './topics.ts';

/** A message that makes something known to Home Assistant; an empty payload makes it forgotten. */
export interface Discovery {
  topic: string;
  payload: object;
}

const word = (text: string) => text.replace(/[^A-Za-z0-9_-]/g, '_');

const device = (camera: string, name: string) => ({
  identifiers: [`framewire_${camera}`],
  name,
  manufacturer: 'framewire',
});
const available = { availability_topic: AVAILABLE_TOPIC };

/** A sensor that says whether frames of a camera come. */
export function cameraDiscovery(prefix: string, camera: string, name: string): Discovery {
  const id = `framewire_${camera}_connected`;
  return {
    topic: `${prefix}/binary_sensor/${id}/config`,
    payload: {
      unique_id: id,
      name: 'Camera',
      device_class: 'connectivity',
      state_topic: connectedTopic(camera),
      payload_on: 'online',
      payload_off: 'offline',
      device: device(camera, name),
      ...available,
    },
  };
}

/** Of a class at a camera: whether one is there, how many, and the last picture. */
export function labelDiscovery(prefix: string, camera: string, name: string, label: string): Discovery[] {
  const id = `framewire_${camera}_${word(label)}`;
  const title = label.charAt(0).toUpperCase() + label.slice(1);
  const common = { device: device(camera, name), ...available };
  return [
    {
      topic: `${prefix}/binary_sensor/${id}/config`,
      payload: {
        ...common,
        unique_id: id,
        name: title,
        device_class: 'occupancy',
        state_topic: countTopic(camera, label),
        value_template: "{{ 'ON' if value | int > 0 else 'OFF' }}",
      },
    },
    {
      topic: `${prefix}/sensor/${id}_count/config`,
      payload: {
        ...common,
        unique_id: `${id}_count`,
        name: `${title} count`,
        state_topic: countTopic(camera, label),
        state_class: 'measurement',
      },
    },
    {
      topic: `${prefix}/image/${id}/config`,
      payload: {
        ...common,
        unique_id: `${id}_image`,
        name: `Last ${label}`,
        image_topic: snapshotTopic(camera, label),
        content_type: 'image/jpeg',
      },
    },
  ];
}
