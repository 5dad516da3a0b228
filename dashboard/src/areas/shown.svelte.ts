const KEY = 'framewire.areas';

/** Whether areas are shown on the big picture; kept for the next visit if the browser allows. */
export class AreasShown {
  #shown = $state(isStored());

  get shown(): boolean {
    return this.#shown;
  }

  toggle(): void {
    this.#shown = !this.#shown;
    try {
      localStorage.setItem(KEY, this.#shown ? 'shown' : 'hidden');
    } catch {
      // storage is not allowed: the choice lasts until the page is closed
    }
  }
}

function isStored(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'hidden';
  } catch {
    return true;
  }
}
