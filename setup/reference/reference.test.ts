import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHANNELS } from '../../contract/reference/channels.ts';
import { PARTS } from '../../contract/reference/parts.ts';
import { replaceBlock } from '../../testkit/report/document.ts';
import { CONFIGURATION, configurationTable } from './configuration.ts';
import { httpSection } from './http.ts';
import { channelSection } from './messages.ts';

const root = join(import.meta.dirname, '../..');

/** Pages of docs/reference with the text of each block that is made from code. `npm run reference` writes them. */
const PAGES: Record<string, Record<string, string>> = {
  http: Object.fromEntries(PARTS.map((part) => [part.name, httpSection(part)])),
  messages: Object.fromEntries(CHANNELS.map((channel) => [channel.name, channelSection(channel)])),
  configuration: Object.fromEntries(
    Object.entries(CONFIGURATION).map(([name, settings]) => [name, configurationTable(settings)]),
  ),
};

/** Files that a page shows as they are, by the name of the page in docs. */
const SHOWN: Record<string, string[]> = { access: ['nginx.conf', 'Caddyfile', 'traefik.yml'] };

describe('the reference', () => {
  it.each(Object.entries(SHOWN))('%s shows the files as they are', async (name, files) => {
    const file = join(root, 'docs', `${name}.md`);
    const page = files.reduce(
      (text, shown) => {
        const content = readFileSync(join(root, 'deploy/proxy', shown), 'utf8').trimEnd();
        return replaceBlock(text, `generated: ${shown}`, ['```', content, '```'].join('\n'));
      },
      readFileSync(file, 'utf8'),
    );
    await expect(page).toMatchFileSnapshot(file);
  });

  it.each(Object.entries(PAGES))('%s is as the code is', async (name, blocks) => {
    const file = join(root, 'docs/reference', `${name}.md`);
    const page = Object.entries(blocks).reduce(
      (text, [block, made]) => replaceBlock(text, `generated: ${block}`, made),
      readFileSync(file, 'utf8'),
    );
    await expect(page).toMatchFileSnapshot(file);
  });

  it.each(Object.entries(CONFIGURATION))('says what each setting of %s does', (_, settings) => {
    for (const [name, { about }] of Object.entries(settings)) expect(about, name).toMatch(/^[A-Z].*\.$/);
  });
});
