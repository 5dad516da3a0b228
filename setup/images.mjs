/**
 * `npm run test:images`: builds the images by the steps of faas-cli and drives frames through the containers. Skipped, with the reason,
 * where docker does not run or has not what they stand on. The first build takes as long as compiling OpenCV's binding; with REGISTRY
 * and TAG the images that they name are tried as they are.
 */
import { install } from './install.mjs';
import { close, vitest } from './run.mjs';

install('start', 'test');
close([vitest('images', ['--config', 'setup/vitest/images.ts', ...process.argv.slice(2)])]);
