import { describe, expect, it } from 'vitest';
import { createCameraLabels } from './camera-labels.ts';

describe('the labels of cameras', () => {
  it('are 200 at once, and one that nobody used for an hour gives way to a new camera', () => {
    let now = 0;
    const forgotten: string[] = [];
    const labelOf = createCameraLabels(
      (camera) => forgotten.push(camera),
      () => now,
    );
    for (let n = 0; n < 200; n++) expect(labelOf(`camera-${n}`)).toBe(`camera-${n}`);
    expect(labelOf('late')).toBe('other');
    now += 3_600_000;
    for (let n = 1; n < 200; n++) labelOf(`camera-${n}`);
    expect(labelOf('late')).toBe('late');
    expect([labelOf('later'), labelOf('camera-0'), labelOf('camera-7')]).toEqual(['other', 'other', 'camera-7']);
    expect(forgotten).toEqual(['camera-0']);
  });
});
