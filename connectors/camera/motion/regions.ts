/** A changed pixel with fewer changed neighbours, of 8, is noise or a drop of rain. */
const MIN_NEIGHBOURS = 3;

/** Pixels that changed together. */
export interface Regions {
  /** Pixels of the largest region. */
  largest: number;
  /** 1 for each pixel of a region that is large enough. */
  map: Uint8Array;
}

/** Finds connected regions of changed pixels, without those that stand alone. @param smallest pixels that a region must have. */
export function findRegions(changed: Uint8Array, width: number, height: number, smallest: number): Regions {
  const left = withoutLoners(changed, width, height);
  const map = new Uint8Array(left.length);
  const stack: number[] = [];
  const region: number[] = [];
  let largest = 0;
  for (let start = 0; start < left.length; start++) {
    if (left[start] === 0) continue;
    region.length = 0;
    left[start] = 0;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      region.push(at);
      const x = at % width;
      const visit = (next: number) => {
        if (left[next] !== 1) return;
        left[next] = 0;
        stack.push(next);
      };
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      visit(at - width);
      visit(at + width);
    }
    largest = Math.max(largest, region.length);
    if (region.length >= smallest) for (const at of region) map[at] = 1;
  }
  return { largest, map };
}

function withoutLoners(changed: Uint8Array, width: number, height: number): Uint8Array {
  const left = new Uint8Array(changed.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (changed[at] === 0) continue;
      let neighbours = -1;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) neighbours += changed[v * width + u]!;
      if (neighbours >= MIN_NEIGHBOURS) left[at] = 1;
    }
  }
  return left;
}
