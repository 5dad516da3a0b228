import type { Log } from '@framewire/runtime/telemetry';
import type { Pictures } from '../../testkit/pictures/pictures.ts';
import type { Table } from '../../testkit/report/table.ts';
import type { BenchBroker } from '../broker.ts';

/** What every scenario is given. */
export interface Bench {
  /** The shortest run that still says something. */
  quick: boolean;
  rounds: number;
  pictures: Pictures;
  /** Folder with weights; without it there is no yunet. */
  models?: string;
  broker: BenchBroker;
  /** An interpreter for the Python worker; without it that is left out. */
  python?: string;
  log: Log;
  /** What a person says otherwise of a load step. */
  step: { fps?: number; cameras?: number; high?: number };
  /** Progress, a line. */
  say(line: string): void;
}

export interface Report {
  sections: Section[];
}

export interface Section {
  title: string;
  /** What the figures are, and how they are to be read. */
  text: string;
  table: Table;
  /** File name and SVG. */
  plot?: { name: string; svg: string };
  /** How it was measured, where that is not in rounds. */
  how?: string;
}

export interface Scenario {
  name: string;
  /** Uses neither the shared broker nor the Python worker. */
  standsAlone?: boolean;
  run(bench: Bench): Promise<Report>;
}
