import { HttpError } from './http-error.ts';

/**
 * Refuses what an address says that nobody reads: a typo would otherwise be a default.
 * @param given each parameter with its values, as Hono's `c.req.queries()`.
 * @param known the names that are read, each once.
 * @param meant which of them is meant by a name that people write instead.
 * @throws HttpError 400 `unknown_parameter` or `repeated_parameter`, with the name and what there is.
 */
export function checkParameters(
  given: Record<string, string[]>,
  known: readonly string[],
  meant: Record<string, string> = {},
): void {
  for (const [name, values] of Object.entries(given)) {
    const shown = JSON.stringify(name.slice(0, 100));
    if (!known.includes(name)) {
      const close = Object.hasOwn(meant, name) ? meant[name] : known.find((each) => isClose(each, name));
      const use = close ? `: use ${close}` : '';
      const there = known.length ? `there are ${known.join(', ')}` : 'there are none here';
      throw new HttpError(400, 'unknown_parameter', `unknown parameter ${shown}${use}${use ? '; ' : ': '}${there}`);
    }
    if (values.length > 1)
      throw new HttpError(
        400,
        'repeated_parameter',
        `parameter ${shown} is given ${values.length} times: give it once`,
      );
  }
}

/** Whether one is the other in other letters, or lacks or has one letter more, or another one. */
function isClose(known: string, name: string): boolean {
  const [a, b] = [known, name].map((text) => text.toLowerCase().replaceAll('-', '_'));
  if (a === b) return true;
  if (Math.abs(a!.length - b!.length) > 1) return false;
  let same = 0;
  while (same < a!.length && a![same] === b![same]) same++;
  const rests = [
    [a!.slice(same + 1), b!.slice(same + 1)],
    [a!.slice(same + 1), b!.slice(same)],
    [a!.slice(same), b!.slice(same + 1)],
  ];
  return rests.some(([one, other]) => one === other);
}

/** @throws HttpError 415 for a body that is compressed: a JPEG is so already, and what it would grow to is not known. */
export function checkCoding(coding: string): void {
  if (coding === '' || coding.toLowerCase() === 'identity') return;
  throw new HttpError(
    415,
    'content_encoding',
    `content-encoding ${JSON.stringify(coding.slice(0, 100))} is not accepted: send the JPEG uncompressed`,
  );
}
