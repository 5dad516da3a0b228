/** Chats put their tokens into the path of a webhook. */
export const isGenerated = (word: string): boolean => /^[\w%.~-]{20,}$/.test(word);

/** What of a webhook must not be shown, though its receiver may repeat it. */
export function secretsOf(webhook: { url: string; secret?: string; authorization?: string }): string[] {
  const { url, secret, authorization } = webhook;
  const { search, pathname } = new URL(url);
  const all = [secret, authorization, search.slice(1), ...pathname.split('/').filter(isGenerated)];
  return all.filter((one) => one !== undefined && one !== '') as string[];
}
