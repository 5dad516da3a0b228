/** A pair that may be assigned: a row, a column and what it is worth, above 0. */
export interface Pair {
  row: number;
  column: number;
  worth: number;
}

/**
 * The assignment of rows to columns with the greatest worth together. Each row and each column is used once at most, and what has no pair
 * stays alone. Exact: the Hungarian method, for each group of rows and columns that compete with one another.
 */
export function assign(pairs: readonly Pair[]): Pair[] {
  return groups(pairs).flatMap(assignGroup);
}

/** Pairs that have a row or a column in common, directly or by others, belong together. */
function groups(pairs: readonly Pair[]): Pair[][] {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    while (parents.get(root) !== root) root = parents.get(root)!;
    parents.set(name, root);
    return root;
  };
  for (const { row, column } of pairs) {
    const [r, c] = [`r${row}`, `c${column}`];
    if (!parents.has(r)) parents.set(r, r);
    if (!parents.has(c)) parents.set(c, c);
    parents.set(rootOf(r), rootOf(c));
  }
  const byRoot = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const root = rootOf(`r${pair.row}`);
    const group = byRoot.get(root);
    if (group) group.push(pair);
    else byRoot.set(root, [pair]);
  }
  return [...byRoot.values()];
}

function assignGroup(pairs: Pair[]): Pair[] {
  if (pairs.length === 1) return pairs;
  const rows = [...new Set(pairs.map(({ row }) => row))];
  const columns = [...new Set(pairs.map(({ column }) => column))];
  const rowAt = new Map(rows.map((row, i) => [row, i]));
  const columnAt = new Map(columns.map((column, i) => [column, i]));
  // a further column for each row, worth nothing: the row stays alone
  const costs = rows.map(() => new Array<number>(columns.length + rows.length).fill(0));
  const pairAt = new Map<number, Pair>();
  const width = columns.length;
  for (const pair of pairs) {
    const [i, j] = [rowAt.get(pair.row)!, columnAt.get(pair.column)!];
    costs[i]![j] = -pair.worth;
    pairAt.set(i * width + j, pair);
  }
  return hungarian(costs).flatMap((j, i) => (j < width && pairAt.get(i * width + j)) || []);
}

/**
 * The column of each row so that the sum of costs is the least. At least as many columns as rows. O(rows² · columns).
 * Shortest augmenting paths with potentials (Kuhn 1955, Munkres 1957, Jonker and Volgenant 1987). Row and column 0 are auxiliary.
 */
export function hungarian(costs: readonly (readonly number[])[]): number[] {
  const rows = costs.length;
  const columns = costs[0]?.length ?? 0;
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const from = new Int32Array(columns + 1);
    const used = new Uint8Array(columns + 1);
    rowOf[0] = row;
    let column = 0;
    while (rowOf[column] !== 0) {
      used[column] = 1;
      const current = rowOf[column]!;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= columns; j++) {
        if (used[j]) continue;
        const reduced = costs[current - 1]![j - 1]! - rowPotential[current]! - columnPotential[j]!;
        if (reduced < least[j]!) {
          least[j] = reduced;
          from[j] = column;
        }
        if (least[j]! < delta) {
          delta = least[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (used[j]) {
          rowPotential[rowOf[j]!]! += delta;
          columnPotential[j]! -= delta;
        } else least[j]! -= delta;
      }
      column = next;
    }
    for (; column !== 0; column = from[column]!) rowOf[column] = rowOf[from[column]!]!;
  }
  const columnOf = new Array<number>(rows).fill(-1);
  for (let j = 1; j <= columns; j++) if (rowOf[j]! > 0) columnOf[rowOf[j]! - 1] = j - 1;
  return columnOf;
}
