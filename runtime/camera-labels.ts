/** Cameras that a metric tells apart: a camera id is free text of whoever posts frames, and each is a series for ever. */
const MOST_CAMERAS = 200;

/** A camera's label `camera_id`: its id for the first 200, `other` for all that come later. */
export function createCameraLabels(): (camera: string) => string {
  const known = new Set<string>();
  return (camera) => {
    if (known.size < MOST_CAMERAS) known.add(camera);
    return known.has(camera) ? camera : 'other';
  };
}
