import type { CloudEvent } from '@framewire/contract';
import { linkOf } from './describe.ts';

/** Shown at once, and remembered so that none is shown twice. */
const MAX_SHOWN = 4;
const MAX_KNOWN = 500;
/** A notice disappears after so long, milliseconds. */
const SHOWN_MS = 20_000;

const isSupported = typeof Notification !== 'undefined';

/** What rules report to this page: as notifications of the browser while it is in the background, else within the page. */
export class Notices {
  shown = $state.raw<CloudEvent[]>([]);
  /** Whether the browser lets this page notify. Only a page that came by https or from localhost may ask. */
  permission = $state<NotificationPermission | 'unsupported'>(isSupported ? Notification.permission : 'unsupported');
  readonly #known = new Set<string>();

  async ask(): Promise<void> {
    if (isSupported) this.permission = await Notification.requestPermission();
  }

  receive(event: CloudEvent): void {
    if (this.#known.has(event.id)) return;
    this.#known.add(event.id);
    if (this.#known.size > MAX_KNOWN) this.#known.delete(this.#known.values().next().value!);
    if (document.hidden && this.permission === 'granted' && this.#notify(event)) return;
    this.shown = [...this.shown, event].slice(-MAX_SHOWN);
    setTimeout(() => this.dismiss(event.id), SHOWN_MS);
  }

  dismiss(id: string): void {
    this.shown = this.shown.filter((event) => event.id !== id);
  }

  /** False where the browser cannot: some have the permission, and want a service worker. */
  #notify(event: CloudEvent): boolean {
    try {
      const notification = new Notification(event.data.rule.name, { body: event.data.message, tag: event.id });
      notification.onclick = () => {
        window.focus();
        location.hash = linkOf(event);
        notification.close();
      };
      return true;
    } catch {
      return false;
    }
  }
}
