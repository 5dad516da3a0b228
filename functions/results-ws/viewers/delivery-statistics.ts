/** Beats that are looked back on. */
const BEATS = 6;
/** In so many of them one after the other nothing fitted: then nothing does. */
const STALLED_BEATS = 2;

/** What became of the pictures of one viewer, over the last seconds. */
export interface Carried {
  /** Once a second: pictures it was to get, and those of them that it had no room for, since the last call. @param full nothing fits. */
  beat(offered: number, skipped: number, full: boolean): void;
  /** What share was let go, 0 to 1; 1 where its line is full. Undefined where it was to get none. */
  skipped(): number | undefined;
}

export function createCarried(): Carried {
  let beats: { offered: number; skipped: number; full: boolean }[] = [];
  const sum = (name: 'offered' | 'skipped') => beats.reduce((total, beat) => total + beat[name], 0);
  return {
    beat(offered, skipped, full) {
      beats = [...beats, { offered, skipped, full }].slice(-BEATS);
    },
    skipped() {
      // once a line is so full that it is told nothing, its pictures are not even let go one by one
      const last = beats.slice(-STALLED_BEATS);
      if (last.length === STALLED_BEATS && last.every(({ full }) => full)) return 1;
      return sum('offered') > 0 ? Math.min(1, sum('skipped') / sum('offered')) : undefined;
    },
  };
}
