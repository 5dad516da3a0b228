export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'framewire.theme';

/** Light, dark, or the system's choice; stored for the next visit if the browser allows. */
export class ThemeChoice {
  #choice = $state<Theme>(stored());
  readonly #system = matchMedia('(prefers-color-scheme: dark)');
  #systemDark = $state(this.#system.matches);

  constructor() {
    this.#apply();
    this.#system.addEventListener('change', ({ matches }) => {
      this.#systemDark = matches;
    });
  }

  /** Whether the result is dark, for drawings that CSS does not style. */
  get dark(): boolean {
    return this.#choice === 'system' ? this.#systemDark : this.#choice === 'dark';
  }

  get choice(): Theme {
    return this.#choice;
  }

  set choice(theme: Theme) {
    this.#choice = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // storage is not allowed: the choice lasts until the page is closed
    }
    this.#apply();
  }

  #apply(): void {
    if (this.#choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#choice;
  }
}

function stored(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    return 'system';
  }
}
