import {
  diagnosisAnswer,
  incidentsAnswer,
  latencyAnswer,
  ledgerAnswer,
  metricsAnswer,
  type ServerMessage,
  sloAnswer,
  statusAnswer,
} from '@framewire/contract';
import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Facts, Headline } from '../diagnosis/facts.ts';
import { headline, viewerProblem } from '../diagnosis/headline.ts';
import { capturedAt } from '../frame/waterfall.ts';
import { Notices } from '../notifications/notices.svelte.ts';
import type { Answer } from '../overview/readings.ts';
import { View } from '../routing/view.svelte.ts';
import { Share } from '../share/share.svelte.ts';
import type { Jpeg } from '../transport/connection.ts';
import type { Camera, Picture } from './camera.ts';
import { Cameras } from './cameras.svelte.ts';
import { Clock } from './clock.svelte.ts';
import { ServerConnection } from './connection.svelte.ts';
import { EndToEndLatency } from './end-to-end-latency.svelte.ts';
import { Polled } from './polled.svelte.ts';
import { ReceivedFrames } from './received-frames.ts';
import { ThemeChoice } from './theme.svelte.ts';

const DRAWN_EVERY = 1000;
/** While the user scrolls, the visible cameras change at every step, milliseconds. */
const SCROLL_SETTLE_MS = 200;
/** An older diagnosis is out of date, milliseconds. */
const MAX_DIAGNOSIS_AGE_MS = 10_000;
const MAX_INCIDENTS = 200;

/** All state of the page: one object per concern, and what joins them. */
export class Dashboard {
  readonly page = new URL('.', location.href);
  readonly clock = new Clock();
  readonly connection = new ServerConnection();
  readonly cameras = new Cameras(() => this.clock.now());
  readonly endToEnd = new EndToEndLatency();
  readonly receivedFrames = new ReceivedFrames();
  readonly metrics = new Polled(new URL('api/metrics', this.page), metricsAnswer, 2500);
  readonly status = new Polled(new URL('api/status', this.page), statusAnswer, 5000);
  readonly diagnosis = new Polled(new URL('api/diagnosis', this.page), diagnosisAnswer, 2500);
  readonly ledger = new Polled(new URL('api/ledger', this.page), ledgerAnswer, 5000);
  readonly slo = new Polled(new URL('api/slo', this.page), sloAnswer, 5000);
  /** Polled by the pages that show it: see `whileShown`. */
  readonly timings = new Polled(new URL('api/latency', this.page), latencyAnswer, 2500);
  readonly incidents = new Polled(new URL(`api/incidents?limit=${MAX_INCIDENTS}`, this.page), incidentsAnswer, 5000);
  readonly view = new View();
  readonly notices = new Notices();
  readonly theme = new ThemeChoice();
  readonly share = new Share(this.page);
  /** Cameras whose tiles are in the viewport. */
  readonly visibleCameras = new SvelteSet<string>();
  #hidden = $state(document.hidden);
  /** When the tab was last brought to the front: pictures from before were drawn late for no fault. */
  #shownAt = 0;

  /** Computed at each clock tick, so that texts change no more often. */
  readonly #cameraFacts = $derived(this.cameras.list.map((camera) => camera.facts(this.clock.tick)));

  /** The metrics of the cards, by the server's clock. */
  readonly readings: Answer = $derived({
    value: this.metrics.value,
    at: this.metrics.at && this.clock.toServer(this.metrics.at),
    problem: this.metrics.problem,
  });

  readonly #facts: Facts = $derived.by(() => {
    const now = this.clock.tick;
    const state = this.connection.state;
    const answer = this.#isOld(now) && !this.#hidden ? undefined : this.diagnosis.value;
    return {
      now,
      transport: state.phase === 'waiting' ? { ...state, retryAt: this.clock.toServer(state.retryAt) } : state,
      openFor: now - this.clock.toServer(this.connection.openedAt),
      camerasKnown: this.cameras.known,
      cameras: this.#cameraFacts,
      findings: answer?.findings,
      slo: answer?.slo,
      gaps: answer?.gaps,
      outdated: this.#outdated(now),
    };
  });

  /** The state of the system. */
  readonly headline: Headline = $derived(headline(this.#facts));
  /** What is wrong between the server and this page. */
  readonly viewerProblem: Headline | undefined = $derived(viewerProblem(this.#facts));

  /** @returns what stops it. Call it within an effect's root. */
  start(): () => void {
    const stops = [
      this.clock.start(),
      this.view.start(),
      this.connection.start(this.page, (message, jpeg) => this.#receive(message, jpeg)),
      () => this.share.stop(),
    ];
    const timer = setInterval(() => this.connection.drawn(this.endToEnd.takeUnsent()), DRAWN_EVERY);
    const visibility = () => {
      this.#hidden = document.hidden;
      if (!document.hidden) this.#shownAt = this.clock.now();
    };
    document.addEventListener('visibilitychange', visibility);
    stops.push(
      () => clearInterval(timer),
      () => document.removeEventListener('visibilitychange', visibility),
    );
    $effect(() => {
      const wanted = this.#wanted();
      const settled = setTimeout(() => {
        this.connection.watch(wanted);
        this.cameras.watch(wanted);
      }, SCROLL_SETTLE_MS);
      return () => clearTimeout(settled);
    });
    $effect(() => this.endToEnd.refresh(this.clock.tick));
    $effect(() => {
      if (this.#hidden) return;
      const always = [this.metrics, this.status, this.ledger, this.slo];
      const polls = always.map((polled) => polled.start());
      return () => polls.forEach((stop) => void stop());
    });
    $effect(() => {
      void this.#hidden; // polls at once when the tab is shown again; the title shows problems while it is hidden
      return this.diagnosis.start();
    });
    return () => stops.reverse().forEach((stop) => void stop());
  }

  /** Polls while the calling component is mounted and the tab is visible. */
  whileShown(polled: () => Polled<unknown> | undefined): void {
    $effect(() => (this.#hidden ? undefined : polled()?.start()));
  }

  drawn(camera: Camera, picture: Picture): void {
    const now = this.clock.now();
    const age = now - capturedAt(picture.record);
    camera.drawn = { ...picture, at: now, age };
    if (picture.arrivedAt < this.#shownAt) return;
    this.receivedFrames.drawn(picture.record.frame_id, now);
    // the SLO is about frames that are detected
    if (picture.record.outcome === 'detected') this.endToEnd.drawn(camera.id, age, now);
  }

  /** Why the diagnosis is out of date. A hidden tab may poll only once a minute, which is no fault. */
  #outdated(now: number): string | undefined {
    const { problem } = this.diagnosis;
    // without a connection and without an answer the current state is unknown
    const isLost = this.connection.state.phase !== 'open';
    return problem && (this.#isOld(now) || isLost) && !this.#hidden ? problem : undefined;
  }

  #isOld(now: number): boolean {
    const { at } = this.diagnosis;
    return at === undefined || now - this.clock.toServer(at) > MAX_DIAGNOSIS_AGE_MS;
  }

  /** Cameras whose pictures are needed: the visible ones, none while the tab is hidden. */
  #wanted(): '*' | string[] {
    if (this.#hidden) return [];
    const { route } = this.view;
    if (route.view === 'camera' || route.view === 'areas') return [route.camera];
    const visible = this.cameras.list.filter(({ id }) => this.visibleCameras.has(id));
    return visible.length === this.cameras.list.length ? '*' : visible.map(({ id }) => id);
  }

  #receive(message: ServerMessage, jpeg: Jpeg | undefined): void {
    if (message.type === 'cameras') this.cameras.update(message.cameras, message.all);
    if (message.type === 'notification') this.notices.receive(message.event);
    if (message.type === 'pong') this.clock.pong(message.sent, message.now);
    if (message.type === 'tracks') this.cameras.receiveTracks(message);
    if (message.type !== 'result' || message.replay) return;
    this.clock.result(message.sent_at);
    if (jpeg) this.receivedFrames.add(message.record, jpeg, message.sent_at);
    this.cameras.receive(message.record, jpeg);
  }
}

export const [getDashboard, setDashboard] = createContext<Dashboard>();
