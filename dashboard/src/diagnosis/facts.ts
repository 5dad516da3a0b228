import type { Finding, Gap, KeptPromise } from '@framewire/contract';
import type { TileState } from '../camera/camera-state.ts';
import type { TransportState } from '../transport/transport.ts';

/** What the page knows, for one sentence about it. Ages in milliseconds. */
export interface Facts {
  /** Milliseconds by the server's clock, as are all moments here. */
  now: number;
  transport: TransportState;
  /** For how long the connection is open. */
  openFor: number;
  /** Whether the cameras were told; before that nothing is known of them. */
  told: boolean;
  cameras: CameraFacts[];
  /** What the server found, the first explains the rest; absent before it was asked. */
  findings?: readonly Finding[];
  /** What was promised, and how far it is held. */
  promise?: KeptPromise;
  /** What the server could not look at. */
  gaps?: readonly Gap[];
  /** Why `findings` are not of now. */
  unjudged?: string;
}

export interface CameraFacts {
  id: string;
  state: TileState;
  /** Whether frames are to be expected: its connector says that it is online. One that only posts frames promises none. */
  promised: boolean;
  /** Whether its connector gives no sign of life. */
  silent: boolean;
  /** Whether pictures come that are old already. */
  late: boolean;
  /** Frames detected, a second. */
  rate: number;
  /** Of the last picture when it was drawn. */
  drawnAge?: number;
  /** Of the newest picture now. */
  pictureAge?: number;
}

/** Where to see for oneself, relative to the page. */
export interface Evidence {
  words: string;
  href: string;
}

/** `note`: all is well, and something is tight. */
export type Tone = 'good' | 'note' | 'wait' | 'warn' | 'bad';

/** The sentence at the top: its head says how it is, the rest what that means. */
export interface Verdict {
  tone: Tone;
  /** Changes when the state does, not the numbers. */
  key: string;
  head: string;
  rest: string;
  /** What holds it back or helps, in a line of its own. */
  help?: string;
  evidence?: Evidence;
}

export const say = (
  tone: Tone,
  key: string,
  head: string,
  rest: string,
  more: Pick<Verdict, 'help' | 'evidence'> = {},
): Verdict => ({ tone, key, head, rest, ...more });

/** The cameras of one kind. */
export const ofKind = (cameras: CameraFacts[], kind: TileState['kind']): CameraFacts[] =>
  cameras.filter((camera) => camera.state.kind === kind);
