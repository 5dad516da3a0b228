import { randomUUID } from 'node:crypto';
import type { CloudEvent, Sighting } from '@framewire/contract';
import { sightingSeen, toCloudEvent } from '../../rules/events.ts';

/** A person at the door. */
export const testSighting = (changes: Partial<Sighting> = {}): Sighting => ({
  id: randomUUID(),
  camera_id: 'door',
  topic: 'objects',
  track_id: 1,
  label: 'person',
  begin: 1_795_639_550,
  frames: 5,
  best_score: 0.8,
  zones: [],
  best: { frame_id: randomUUID(), captured_at: 1_795_639_550, box: { x: 10, y: 20, w: 30, h: 40 } },
  has_picture: true,
  ...changes,
});

export const testEventOf = (sighting = testSighting(), rule = 'r'): CloudEvent =>
  toCloudEvent(sightingSeen(sighting), { id: rule, name: rule }, 'https://cams.example.org/');
