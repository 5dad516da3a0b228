import { DEFAULT_TOPIC } from '../frames/topic.ts';
import type { Sighting } from './sighting.ts';

/** What was seen, as people, rules and messages call it: its class. A detector with one class names none: that of faces finds faces. */
export const sightingLabel = ({ label, topic }: Pick<Sighting, 'label' | 'topic'>): string =>
  label ?? (topic === DEFAULT_TOPIC ? 'face' : 'object');
