import { Gauge, type Registry } from 'prom-client';
import { version } from '../../package.json';
import { processName } from '../process/lifecycle.ts';

/** Version of the project: the only one is in the package.json at its root. Bundles hold it as it was when they were built. */
export const VERSION: string = version;

/** Registers `framewire_build_info`, which is always 1: its labels say what runs. */
export function registerBuildInfo(registry: Registry): void {
  new Gauge({
    name: 'framewire_build_info',
    help: 'Always 1: the version of framewire, the version of Node.js and the name of the part are its labels.',
    labelNames: ['version', 'node_version', 'part'],
    registers: [registry],
  }).set({ version: VERSION, node_version: process.versions.node, part: processName() }, 1);
}
