/** The value of a JSON text; undefined where the text is no JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a Zod schema says against a value, in one line. Each message of our schemas names its field itself. */
export const describeIssues = ({ issues }: { issues: readonly { message: string }[] }): string =>
  issues.map(({ message }) => message).join('; ');
