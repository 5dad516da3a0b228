export interface Layout {
  columns: number;
  /** Width of each tile, pixels. */
  width: number;
}

export interface Room {
  width: number;
  height: number;
  gap: number;
  /** Minimum width of a tile, unless the room is narrower: then the page scrolls. */
  minWidth: number;
  /** Height of a tile's caption. */
  caption: number;
  /** Width by height of the frames. */
  aspect: number;
}

/**
 * Chooses the number of columns so that all tiles fit the room and are as large as possible.
 * If they do not fit at the minimum width, uses as many columns as fit and lets the page scroll.
 */
export function layout(tiles: number, room: Room): Layout {
  const maxColumns = Math.max(1, Math.floor((room.width + room.gap) / (room.minWidth + room.gap)));
  let best: Layout | undefined;
  for (let columns = 1; columns <= Math.min(maxColumns, Math.max(1, tiles)); columns++) {
    const rows = Math.ceil(tiles / columns);
    const wide = (room.width - room.gap * (columns - 1)) / columns;
    const high = (room.height - room.gap * (rows - 1)) / rows - room.caption;
    const width = Math.floor(Math.min(wide, high * room.aspect));
    if (width >= Math.min(room.minWidth, wide) && width > (best?.width ?? 0)) best = { columns, width };
  }
  return best ?? { columns: maxColumns, width: Math.floor((room.width - room.gap * (maxColumns - 1)) / maxColumns) };
}

/** The index of the tile that an arrow key moves to; stays at the edges. Undefined for other keys. */
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
