import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Table, toMarkdown } from './table.ts';

const FILE = 'benchmarks.md';
const PLOTS = 'benchmarks';
const EMPTY = '# Benchmarks\n';

export interface Section {
  title: string;
  /** What the figures are, and how to read them. */
  text: string;
  table: Table;
  /** File name and SVG. */
  plot?: { name: string; svg: string };
  /** How it was measured, where that is not in rounds. */
  how?: string;
}

export interface ReportFile {
  folder: string;
  /** The machine and the conditions. */
  about: string;
  /** How it was measured, where a section does not say so itself. */
  how: string;
  sections: Section[];
}

/** Writes each section into the document, in the place of its earlier self, and the plots beside it. What people wrote stays. */
export function writeReport({ folder, about, how, sections }: ReportFile): void {
  mkdirSync(join(folder, PLOTS), { recursive: true });
  for (const { plot } of sections) if (plot) writeFileSync(join(folder, PLOTS, plot.name), plot.svg);
  updateFile(join(folder, FILE), (document) =>
    sections.reduce(
      (text, section) =>
        replaceBlock(text, `measured: ${section.title}`, toText(section, `${about}; ${section.how ?? how}`)),
      document || EMPTY,
    ),
  );
}

function toText({ title, text, table, plot }: Section, about: string): string {
  const shown = plot ? [`![${title}](${PLOTS}/${plot.name})`] : [];
  return [`## ${title}`, text, toMarkdown(table), ...shown, `Measured on ${about}.`].join('\n\n');
}

/** @param change is given what the file holds, nothing where there is none. */
export function updateFile(file: string, change: (document: string) => string): void {
  writeFileSync(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''));
}

/** Puts content between `<!-- NAME -->` and `<!-- end -->`; at the end of the document where there is no such block yet. */
export function replaceBlock(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, '<!-- end -->'];
  const block = `${begin}\n\n${content}\n\n${end}`;
  const from = document.indexOf(begin);
  if (from < 0) return `${document.trimEnd()}\n\n${block}\n`;
  return document.slice(0, from) + block + document.slice(document.indexOf(end, from) + end.length);
}
