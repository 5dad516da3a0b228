import type { Finding, Gap, SloStatus } from '@framewire/contract';
import type { CameraState } from '../camera/camera-state.ts';
import type { TransportState } from '../transport/transport.ts';

/** What the page knows about the system: the input of the headline. Ages in milliseconds. */
export interface Facts {
  /** Milliseconds by the server's clock, like all times here. */
  now: number;
  transport: TransportState;
  /** How long the connection has been open. */
  openFor: number;
  /** Whether the server has sent the list of cameras. */
  camerasKnown: boolean;
  cameras: CameraFacts[];
  /** The server's findings, gravest first; absent before its first answer. */
  findings?: readonly Finding[];
  /** How well the SLO is met. */
  slo?: SloStatus;
  /** Rules that the server could not evaluate. */
  gaps?: readonly Gap[];
  /** Why `findings` are out of date. */
  outdated?: string;
}

export interface CameraFacts {
  id: string;
  /** What people call it. */
  name: string;
  state: CameraState;
  /** Whether frames are expected: its connector reports it online. A camera that only posts frames is not. */
  expected: boolean;
  /** Whether its connector has stopped reporting. */
  silent: boolean;
  /** Whether its pictures are old when they arrive. */
  late: boolean;
  /** Frames detected per second. */
  rate: number;
  /** Age of the last picture when it was drawn. */
  drawnAge?: number;
  /** Age of the newest picture now. */
  pictureAge?: number;
}

/** A link to more, relative to the page. */
export interface Evidence {
  text: string;
  href: string;
}

/** `note`: all is well, but a resource is scarce. */
export type Tone = 'good' | 'note' | 'wait' | 'warn' | 'bad';

const TONE = { info: 'note', warning: 'warn', critical: 'bad' } as const satisfies Record<Finding['severity'], Tone>;
/** The tone in which the page shows a finding. */
export const toneOf = ({ severity }: Finding) => TONE[severity];

/** The sentence at the top of the page: its head says how the system is, the rest what that means. */
export interface Headline {
  tone: Tone;
  /** Changes with the state, not with the numbers. */
  key: string;
  head: string;
  rest: string;
  /** The cause or the advice, on a line of its own. */
  help?: string;
  evidence?: Evidence;
}

export const newHeadline = (
  tone: Tone,
  key: string,
  head: string,
  rest: string,
  more: Pick<Headline, 'help' | 'evidence'> = {},
): Headline => ({ tone, key, head, rest, ...more });

/** The cameras in one state. */
export const ofKind = (cameras: CameraFacts[], kind: CameraState['kind']): CameraFacts[] =>
  cameras.filter((camera) => camera.state.kind === kind);
