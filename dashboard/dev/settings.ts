import { type CameraSettings, cameraSettings } from '@framewire/contract';

const AREAS: CameraSettings = {
  zones: [
    {
      name: 'entrance',
      points: [
        [0.08, 0.55],
        [0.42, 0.5],
        [0.46, 1],
        [0, 1],
        [0, 0.7],
      ],
    },
    {
      name: 'parking',
      points: [
        [0.6, 0.45],
        [0.98, 0.4],
        [0.98, 0.8],
        [0.64, 0.82],
      ],
    },
  ],
  lines: [{ name: 'gate', from: [0.52, 0.95], to: [0.5, 0.35] }],
  masks: [
    {
      points: [
        [0.66, 0],
        [1, 0],
        [1, 0.22],
        [0.66, 0.22],
      ],
    },
  ],
  hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', to: '06:00' }],
  motion: { sensitivity: 50, smallest_area: 0.002, detect_every_s: 10 },
  detection: { min_score: 0.88 },
};

/** What was set for each camera, as the camera connector keeps it. */
export class Settings {
  readonly #all = new Map<string, CameraSettings>();
  /** The answer to the next change, in place of taking it. */
  refusal: string | undefined;

  reset(areas: boolean): void {
    this.#all.clear();
    this.refusal = undefined;
    if (areas) this.#all.set('door', AREAS);
  }

  of(camera: string): CameraSettings | undefined {
    return this.#all.get(camera);
  }

  /** What somebody else sets. */
  set(camera: string, settings: CameraSettings): void {
    this.#all.set(camera, settings);
  }

  /** `PATCH api/cameras/<id>`. @returns why it is refused. */
  patch(camera: string, body: string): string | undefined {
    const merged = { ...this.#all.get(camera), ...(JSON.parse(body) as object) };
    const next = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
    const checked = cameraSettings.safeParse(next);
    const issue = checked.error?.issues[0];
    if (issue) return `${issue.path.join('.')}: ${issue.message}`;
    if (this.refusal) return this.refusal;
    this.#all.set(camera, checked.data!);
    return undefined;
  }
}
