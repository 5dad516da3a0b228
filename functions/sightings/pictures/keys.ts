import { dayOf } from './picture-store.ts';

/** What the picture of a sighting is kept under: its row has it without an ending. */
export const sightingKey = (began: number, sightingId: string, frameId: string) =>
  `${dayOf(began)}/${sightingId}-${frameId.slice(0, 8)}`;

/** What the picture of a frame is kept under. */
export const frameKey = (capturedAt: number, frameId: string) => `${dayOf(capturedAt)}/frame-${frameId}`;

export const pictureFile = (key: string) => `${key}.jpg`;
export const cropFile = (key: string) => `${key}.crop.jpg`;
export const filesOf = (key: string) => [pictureFile(key), cropFile(key)];

/** The key of a file. */
export const keyOf = (file: string) => file.replace(/(\.crop)?\.jpg$/, '');
