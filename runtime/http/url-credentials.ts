/** An address without its user and password, which `fetch` takes as a header alone. */
export function splitCredentials(url: string): { url: string; headers: Record<string, string> } {
  const parsed = new URL(url);
  const { username, password } = parsed;
  if (!username && !password) return { url, headers: {} };
  parsed.username = parsed.password = '';
  const authorization = basicAuth(decodeURIComponent(username), decodeURIComponent(password));
  return { url: parsed.href, headers: { authorization } };
}

/** The value of an `Authorization` header (RFC 7617). */
export const basicAuth = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export function withCredentials(url: string, username: string, password: string): string {
  const parsed = new URL(url);
  parsed.username = username;
  parsed.password = password;
  return parsed.href;
}
