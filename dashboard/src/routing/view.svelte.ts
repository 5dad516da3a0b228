import { formatRoute, parseRoute, type Route } from './route.ts';

/** Which view is shown; the address holds it, so that it can be sent on and the browser's back button works. */
export class View {
  #route = $state.raw<Route>(parseRoute(location.hash));
  /** The camera that was shown large before the grid came back. */
  left: string | undefined;
  /** Whether one came here from another view. */
  walked = false;
  help = $state(false);
  sharing = $state(false);

  get route(): Route {
    return this.#route;
  }

  show(route: Route): void {
    location.hash = formatRoute(route);
  }

  /** To what this view is a part of: from a frame to where one came from, else to the grid. */
  up(): void {
    if (this.#route.view === 'frame' && this.walked) history.back();
    else this.show({ view: 'overview' });
  }

  /** @returns what stops it. */
  start(): () => void {
    const read = () => {
      const before = this.#route;
      if (before.view === 'camera') this.left = before.camera;
      const next = parseRoute(location.hash);
      this.walked = true;
      this.#route = next;
      if (next.view !== before.view) window.scrollTo(0, 0);
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }
}
