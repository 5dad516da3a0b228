/** Fails on retired words anywhere in the tree, and says what to write instead. `node setup/lint/vocabulary.mjs` */
import { readFileSync } from 'node:fs';
import { CODE, files } from './files.mjs';
import { RETIRED, RETIRED_NAMES } from './retired-words.mjs';

const TEXT = /\.(ts|svelte|mjs|cjs|js|css|html|md|yml|yaml|json|sh|grit)$|Dockerfile$/;
/** The list itself, what others wrote, and the history of releases, which speaks of old names. */
const EXEMPT = /^setup\/lint\/retired-words|package-lock\.json$|^CHANGELOG\.md$|^e2e\/.*App\.svelte$|\.svg$/;

let found = 0;
for (const file of files()) {
  if (!TEXT.test(file) || EXEMPT.test(file)) continue;
  const isCode = CODE.test(file);
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const apart = line
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/[_\-/]+/g, ' ')
      .toLowerCase();
    for (const { pattern, use, code } of RETIRED) if (isCode || !code) report(pattern.exec(apart), use, file, index);
    if (isCode) for (const { pattern, use } of RETIRED_NAMES) report(pattern.exec(line), use, file, index);
  }
}
if (found > 0) {
  console.error(`${found} retired words`);
  process.exitCode = 1;
}

function report(match, use, file, index) {
  if (!match) return;
  found++;
  console.error(`${file}:${index + 1}: "${match[0]}": use ${use}`);
}
