import { formatRoute, parseRoute, type Route } from '../logic/route.ts';

/** Which view is shown; the address holds it, so that it can be sent on and the browser's back button works. */
export class View {
  #route = $state.raw<Route>(parseRoute(location.hash));
  /** The camera that was shown large before the grid came back. */
  left: string | undefined;
  help = $state(false);
  sharing = $state(false);

  get route(): Route {
    return this.#route;
  }

  show(route: Route): void {
    location.hash = formatRoute(route);
  }

  /** @returns what stops it. */
  start(): () => void {
    const read = () => {
      if (this.#route.view === 'camera') this.left = this.#route.camera;
      this.#route = parseRoute(location.hash);
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }
}
