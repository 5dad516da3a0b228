export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'framewire.theme';

/** Light, dark, or as the system has it; kept for the next visit where the browser allows. */
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

  /** What it comes to, for what is drawn and not styled. */
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
      // Storage is forbidden: the choice lasts as long as the page.
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
