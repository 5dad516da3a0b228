export interface Layout {
  columns: number;
  /** Width of each tile, pixels. */
  width: number;
}

export interface Room {
  width: number;
  height: number;
  gap: number;
  /** No tile is narrower than this, unless the room is: then one scrolls. */
  least: number;
  /** Height of a tile's caption. */
  caption: number;
}

/**
 * How many 16:9 tiles stand side by side so that all are seen at once and as large as can be;
 * where not all fit at the least width, as many columns as do, and the page scrolls.
 */
export function layout(tiles: number, room: Room): Layout {
  const most = Math.max(1, Math.floor((room.width + room.gap) / (room.least + room.gap)));
  let best: Layout | undefined;
  for (let columns = 1; columns <= Math.min(most, Math.max(1, tiles)); columns++) {
    const rows = Math.ceil(tiles / columns);
    const wide = (room.width - room.gap * (columns - 1)) / columns;
    const high = (room.height - room.gap * (rows - 1)) / rows - room.caption;
    const width = Math.floor(Math.min(wide, (high * 16) / 9));
    if (width >= Math.min(room.least, wide) && width > (best?.width ?? 0)) best = { columns, width };
  }
  return best ?? { columns: most, width: Math.floor((room.width - room.gap * (most - 1)) / most) };
}

/** Which tile an arrow key leads to from `index`; it stays at the edges. Undefined for any other key. */
export function neighbour(key: string, index: number, tiles: number, columns: number): number | undefined {
  const to = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - columns,
    ArrowDown: index + columns,
    Home: 0,
    End: tiles - 1,
  }[key];
  if (to === undefined) return undefined;
  if (to < 0) return index;
  if (to < tiles) return to;
  // Down from the last but one row, where the last row is shorter: its last tile.
  const lastRow = Math.floor((tiles - 1) / columns);
  return key === 'ArrowDown' && Math.floor(index / columns) < lastRow ? tiles - 1 : index;
}
