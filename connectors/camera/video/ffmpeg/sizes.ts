/** What ffmpeg says of the sizes of pictures while it runs (`-loglevel level+verbose`). */
export interface Sizes {
  /** Takes a line of its standard error. */
  read(line: string): void;
  /** A picture was scaled to the size of the first one. */
  readonly squeezed: boolean;
  /** Width and height of a raw picture (rgb24) of so many bytes, of those that it spoke of. */
  of(bytes: number): { width: number; height: number } | undefined;
}

/** As many sizes are remembered: those of a camera that changes between a few. */
const MAX_SIZES = 16;

export function createSizes(): Sizes {
  const seen: [width: number, height: number][] = [];
  let squeezed = false;

  function note(width: number, height: number): void {
    const known = seen.findIndex(([w, h]) => w === width && h === height);
    if (known >= 0) seen.splice(known, 1);
    seen.unshift([width, height]);
    if (seen.length > MAX_SIZES) seen.pop();
  }

  return {
    read(line) {
      const scaled = / w:(\d+) h:(\d+) fmt:.* -> w:(\d+) h:(\d+) fmt:/.exec(line);
      const input = /^\[graph \S+ input from stream .* w:(\d+) h:(\d+) /.exec(line);
      const [w, h, toW, toH] = (scaled ?? input ?? []).slice(1).map(Number);
      if (scaled) note(toW!, toH!);
      else if (input) note(w!, h!);
      if (scaled && /^\[scaler_out/.test(line) && (w !== toW || h !== toH)) squeezed = true;
    },
    get squeezed() {
      return squeezed;
    },
    of(bytes) {
      const size = seen.find(([width, height]) => width * height * 3 === bytes);
      return size && { width: size[0], height: size[1] };
    },
  };
}
