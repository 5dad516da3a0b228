const LINES = Array.from({ length: 8 }, (_, i) => `var(--c${i + 1})`);

/** The page's colours, for what is drawn on a canvas: as they are now, light or dark. */
export function colours() {
  // a property as such reads as it was written, light-dark() and all; a colour that is in use reads as what it came to
  const probe = document.createElement('i');
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const of = (colour: string) => {
    probe.style.color = colour;
    return style.color;
  };
  const all = {
    muted: of('var(--muted)'),
    line: of('var(--line)'),
    note: of('var(--spark)'),
    warn: of('var(--warn)'),
    bad: of('var(--bad)'),
    lines: LINES.map(of),
    /** Below the lines. */
    areas: LINES.map((colour) => of(`color-mix(in srgb, ${colour} 35%, transparent)`)),
  };
  probe.remove();
  return all;
}
