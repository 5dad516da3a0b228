import { DEFAULT_TOPIC, type Sighting } from '@framewire/contract';

/** What is seen, as rules and messages call it: its class. A detector with one class names none: that of faces finds faces. */
export const labelOf = ({ label, topic }: Pick<Sighting, 'label' | 'topic'>): string =>
  label ?? (topic === DEFAULT_TOPIC ? 'face' : 'object');
