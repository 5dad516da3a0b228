/**
 * `npm run test:images`: builds the images by the steps of faas-cli and drives frames through the containers. Skipped, with the reason,
 * where docker does not run or has not what they stand on. The first build takes as long as compiling OpenCV's binding; with REGISTRY
 * and TAG the images that they name are tried as they are.
 */
import { usage } from './help/usage.mjs';
import { install } from './install.mjs';
import { close, vitest } from './run.mjs';

usage(`npm run test:images -- [options] [file...]

Builds the images as faas-cli does and sends frames through the containers. Needs docker. REGISTRY and TAG name images to
test as they are.

  file       only the tests of these files or folders
  -t NAME    only the tests whose name matches
  --help     all other options are those of vitest run`);

install('start', 'test');
close([vitest('images', ['--config', 'setup/vitest/images.ts', ...process.argv.slice(2)])]);
