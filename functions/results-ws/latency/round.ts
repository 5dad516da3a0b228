/** The same object with its numbers rounded to so many decimal places; other fields stay as they are. */
export const round = <T extends object>(values: T, digits: number): T =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toFixed(digits)) : value,
    ]),
  ) as T;
