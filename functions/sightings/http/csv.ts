import type { Sighting } from '@framewire/contract';

const COLUMNS: Record<string, (sighting: Sighting) => string | number | undefined> = {
  id: ({ id }) => id,
  camera_id: ({ camera_id }) => camera_id,
  topic: ({ topic }) => topic,
  track_id: ({ track_id }) => track_id,
  label: ({ label }) => label,
  begin: ({ begin }) => new Date(begin * 1000).toISOString(),
  end: ({ end }) => end && new Date(end * 1000).toISOString(),
  frames: ({ frames }) => frames,
  best_score: ({ best_score }) => best_score,
  zones: ({ zones }) => zones.join(' '),
  best_frame_id: ({ best }) => best.frame_id,
  x: ({ best }) => best.box.x,
  y: ({ best }) => best.box.y,
  w: ({ best }) => best.box.w,
  h: ({ best }) => best.box.h,
  image_width: ({ best }) => best.image?.width,
  image_height: ({ best }) => best.image?.height,
};

export const csvHead = `${Object.keys(COLUMNS).join(',')}\r\n`;

export const csvLine = (sighting: Sighting): string =>
  `${Object.values(COLUMNS)
    .map((read) => cell(read(sighting)))
    .join(',')}\r\n`;

/** Text that a spreadsheet would take for a formula is marked as text. */
function cell(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
