import type { Log } from '@framewire/runtime/telemetry';
import type { SampleFrames } from '../../testkit/frames/sample-frames.ts';
import type { Section } from '../../testkit/report/document.ts';
import type { BenchBroker } from '../broker.ts';

export type { Section };

/** What every scenario is given. */
export interface Bench {
  /** The shortest run that still says something. */
  quick: boolean;
  rounds: number;
  frames: SampleFrames;
  /** Folder with weights; without it there is no yunet. */
  models?: string;
  broker: BenchBroker;
  /** An interpreter for the Python worker; without it that is left out. */
  python?: string;
  /** Another checkout of framewire to measure too. */
  beside?: string;
  /** Part of the names of the targets that are measured; empty: all. */
  only: string;
  log: Log;
  /** What a person sets otherwise for a load step. */
  step: { fps?: number; cameras?: number; high?: number };
  /** Prints a line of progress. */
  say(line: string): void;
}

export interface Scenario {
  name: string;
  /** Uses neither the shared broker nor the Python worker. */
  standsAlone?: boolean;
  run(bench: Bench): Promise<Section[]>;
}
