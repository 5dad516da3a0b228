/** For tests alone: what `kubectl apply -k mine` would apply. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { at, type Manifest } from './manifests.ts';

const RENDERERS = [
  ['kubectl', 'kustomize'],
  ['kustomize', 'build'],
];
const renderer = RENDERERS.find(([program]) => spawnSync(program!, ['version', '--client']).error === undefined);

/** Whether a kustomize is here. */
export const canRender = renderer !== undefined;

/** The objects of deploy/kubernetes with these components of deploy/. @throws Error with what kustomize says. */
export function render(components: string[], more: object = {}): Manifest[] {
  const mine = mkdtempSync(join(tmpdir(), 'framewire-variant-'));
  const here = (path: string) => relative(mine, at(join('deploy', path)));
  try {
    const kustomization = { resources: [here('kubernetes')], components: components.map(here), ...more };
    writeFileSync(join(mine, 'kustomization.yaml'), stringify(kustomization));
    const [program, ...args] = renderer!;
    const { status, stdout, stderr } = spawnSync(program!, [...args, mine], { encoding: 'utf8' });
    if (status !== 0 || stderr) throw new Error(`${components.join(' and ')}: ${stderr}`);
    return parseAllDocuments(stdout).map((document) => ({ file: 'rendered', ...document.toJS() }) as Manifest);
  } finally {
    rmSync(mine, { recursive: true });
  }
}
