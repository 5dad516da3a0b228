import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createRegistry } from './metrics.ts';

it('every registry says which version runs, on which Node.js', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  const labels = `version="${version}",node_version="${process.versions.node}",part=""`;
  expect(await createRegistry().metrics()).toContain(`framewire_build_info{${labels}} 1\n`);
});
