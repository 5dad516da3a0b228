import { formatRoute, parseRoute, type Route } from './route.ts';

/** The current view. The address holds it, so that links and the back button work. */
export class View {
  #route = $state.raw<Route>(parseRoute(location.hash));
  /** The camera whose page was left last. */
  left: string | undefined;
  /** Whether the user came from another view. */
  navigated = false;
  help = $state(false);
  sharing = $state(false);
  /** Whether the page of cameras is to open its dialog for a new one. */
  adding = $state(false);

  get route(): Route {
    return this.#route;
  }

  show(route: Route): void {
    location.hash = formatRoute(route);
  }

  /** One level up: from a frame to where the user came from, from the areas of a camera to its page, else to the overview. */
  up(): void {
    if (this.#route.view === 'frame' && this.navigated) history.back();
    else if (this.#route.view === 'sighting') this.#toSightings();
    else if (this.#route.view === 'areas') this.show({ view: 'camera', camera: this.#route.camera });
    else this.show({ view: 'overview' });
  }

  /** To the list as it was left, filters included. */
  #toSightings(): void {
    if (this.navigated) history.back();
    else this.show({ view: 'sightings', filter: {} });
  }

  /** @returns what stops it. */
  start(): () => void {
    const read = () => {
      const before = this.#route;
      if (before.view === 'camera') this.left = before.camera;
      const next = parseRoute(location.hash);
      this.navigated = true;
      this.#route = next;
      if (next.view !== before.view) window.scrollTo(0, 0);
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }
}
