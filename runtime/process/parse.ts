/** The value of a JSON text; undefined where the text is no JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Issue {
  message: string;
  path?: readonly PropertyKey[];
}

/**
 * What a Zod schema says against a value, in one line. Each message of our schemas names its field itself; which one of several it is
 * about, as in `zones.1.name`, stands before it.
 */
export const describeIssues = ({ issues }: { issues: readonly Issue[] }): string =>
  issues.map(({ message, path = [] }) => `${placeOf(path, message)}${message}`).join('; ');

function placeOf(path: readonly PropertyKey[], message: string): string {
  const place = path.map(String).join('.');
  const isOneOfSeveral = path.some((step) => typeof step === 'number');
  return isOneOfSeveral && !message.includes(place) ? `${place}: ` : '';
}
