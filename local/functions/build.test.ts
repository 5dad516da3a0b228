import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunction } from './build.ts';
import { buildStacks } from './stacks.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-function-'));
  cpSync(join(ROOT, 'template', 'node-hono', 'function', 'handler.ts'), join(folder, 'handler.ts'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a function of the template', () => {
  it('is one program, with all that Node would not find beside it', async () => {
    const file = await buildFunction(ROOT, folder);
    const imports = [...readFileSync(file, 'utf8').matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name!);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((name) => !/^(node:)?(http|http2|https|stream|crypto|process)/.test(name))).toEqual([]);
  });

  it('that has no handler, or one that does not compile, is named in one line', async () => {
    const stack = join(folder, 'stack.yml');
    const list = (handler: string) =>
      writeFileSync(stack, `functions:\n  bytes: { lang: node-hono, handler: ${handler}, image: me/bytes }\n`);
    const empty = mkdtempSync(join(folder, 'empty-'));
    list(empty);
    await expect(buildStacks(ROOT, [stack], ROOT, {})).rejects.toThrow(
      /: bytes: neither main\.ts nor handler\.ts is in .*$/,
    );
    writeFileSync(join(empty, 'handler.ts'), 'export default {');
    await expect(buildStacks(ROOT, [stack], ROOT, {})).rejects.toThrow(/: bytes: .*handler\.ts:1:16: ERROR: .*$/);
  });

  it('of one name stands once', async () => {
    const stack = join(folder, 'stack.yml');
    writeFileSync(stack, 'functions:\n  bytes: { lang: node-hono, handler: ., image: me/bytes }\n');
    await expect(buildStacks(ROOT, [stack, stack], ROOT, {})).rejects.toThrow('bytes: it is listed twice');
    const { functions, built } = await buildStacks(ROOT, [stack], ROOT, {});
    expect(functions).toHaveLength(1);
    expect([...built.keys()]).toEqual(['bytes']);
  });
});
