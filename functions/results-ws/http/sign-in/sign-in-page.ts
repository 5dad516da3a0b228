import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --ground: light-dark(#f4f5f7, #0d0f12); --surface: light-dark(#fff, #15181d);
  --line: light-dark(#8a919b, #5b6470); --text: light-dark(#14181d, #e9ebee); --muted: light-dark(#555e69, #9ba4af);
  --bad: light-dark(#c0262d, #ff8a8a); --focus: light-dark(#0b62d6, #79b8ff);
  font: 400 1rem/1.45 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--text); background: var(--ground); }
* { box-sizing: border-box; }
body { display: grid; min-height: 100dvh; margin: 0; padding: 16px; place-items: center; }
main { width: 100%; max-width: 22rem; }
form { display: grid; gap: 12px; padding: 24px; border-radius: 12px; background: var(--surface);
  box-shadow: 0 1px 3px light-dark(rgb(16 24 40 / 12%), transparent); }
h1 { display: flex; gap: 10px; align-items: center; margin: 0; font-size: 1.25rem; }
svg { width: 32px; height: 32px; }
p { margin: 0; color: var(--muted); }
p[role=alert] { color: var(--bad); }
label { font-weight: 600; }
input, button { width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; font: inherit; }
input { color: inherit; background: var(--ground); }
button { border-color: transparent; color: var(--surface); background: var(--text); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.name { display: none; }
`;

/**
 * Adds to the form's address what stands behind the #, the page that was asked for: no server ever sees it. The final slash of the page's
 * own address may be missing behind a gateway.
 */
const SCRIPT = `document.forms[0].addEventListener('submit', (event) => {
  event.target.action = location.pathname.replace(/(\\/sign-in|\\/)?$/, '/sign-in') + location.hash;
});`;

const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
export const SIGN_IN_HASHES = { script: hash(SCRIPT), style: hash(STYLE) };

const ICON =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#12161b"/><path d="M7 12V9a2 2 0 0 1 2-2h3M20 7h3a2 2 0 0 1 2 2v3M25 20v3a2 2 0 0 1-2 2h-3M12 25H9a2 2 0 0 1-2-2v-3" fill="none" stroke="#22d3ee" stroke-width="2.5" stroke-linecap="round"/><circle cx="16" cy="16" r="3.5" fill="#22d3ee"/></svg>';

/** A form that asks for the key. It needs nothing else from the server. @param problem why the last one was not taken; plain text of ours. */
export const signInPage = (problem?: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Sign in · framewire</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<form method="post" action="sign-in">
<h1>${ICON}framewire</h1>
${problem === undefined ? '<p>Whoever runs this system has the key.</p>' : `<p role="alert">${problem}</p>`}
<input class="name" name="username" value="framewire" autocomplete="username" tabindex="-1" aria-hidden="true">
<label for="key">Key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus maxlength="1000">
<button>Sign in</button>
</form>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
