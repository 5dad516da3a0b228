/** The page's colours, for what is drawn on a canvas: as they are now, light or dark. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    muted: of('muted'),
    line: of('line'),
    warn: of('warn'),
    bad: of('bad'),
    lines: Array.from({ length: 8 }, (_, i) => of(`c${i + 1}`)),
  };
}
