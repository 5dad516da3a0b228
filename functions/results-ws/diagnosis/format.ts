/** Numbers in sentences. */
export const percent = (share: number) => `${Math.round(share * 100)} %`;
/** A share that is below an objective: it never reads as if it reached it, `98.9 %` beside `99 %`. */
export function percentBelow(share: number, objective: number): string {
  for (const digits of [0, 1, 2, 3]) {
    const text = Number((share * 100).toFixed(digits));
    if (text < objective * 100) return `${text} %`;
  }
  return `under ${Number((objective * 100).toFixed(3))} %`;
}
export const round = (n: number) => (n < 10 ? n.toFixed(1).replace(/\.0$/, '') : n.toFixed(0));
export const seconds = (s: number) => `${Math.max(1, Math.round(s))} s`;
export const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? '' : 's'}`;
/** `door`, `door and yard`, `door, hall and 28 more`. */
export function names(all: readonly string[], shown = 3): string {
  if (all.length <= 1) return all.join('');
  if (all.length <= shown) return `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
  return `${all.slice(0, shown - 1).join(', ')} and ${all.length - shown + 1} more`;
}
/** With one full stop at its end. */
export const sentence = (words: string) => `${words.replace(/[.\s]+$/, '')}.`;
