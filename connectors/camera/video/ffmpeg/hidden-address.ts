/** The pipe that ffmpeg reads the address from. */
export const ADDRESS_FD = 3;

/** Options of ffmpeg and of decoders, with a value. */
const OUTER = new Set(['-loglevel', '-readrate', '-threads', '-flags']);
/** The same without one. */
const WITHOUT_VALUE = new Set(['-hide_banner', '-nostdin', '-nostats', '-re']);
/** How long to look at the streams: at those of the address, and of the list. Every other option is the address's alone. */
const OF_BOTH = new Set(['-fflags', '-analyzeduration', '-probesize', '-fpsprobesize']);

/**
 * Takes the address of a camera out of ffmpeg's arguments, since every user of a machine sees those of all processes, and passwords
 * stand in it. ffmpeg reads it from a pipe instead, as the only entry of a list (`-f concat`), with the options that are meant for it.
 * Nothing else changes: the list is opened by the same demuxer and protocols as the address by itself.
 * @returns arguments, and what is to be written to the pipe; undefined where the input is no address of the network.
 */
export function hideAddress(args: string[]): { args: string[]; list: string | undefined } {
  const at = args.indexOf('-i');
  const address = args[at + 1];
  if (at < 0 || !/^(rtsps?|https?):/.test(address!)) return { args, list: undefined };
  const outer: string[] = [];
  const options: string[] = [];
  let [protocols, formats] = ['', ''];
  for (let i = 0; i < at; i++) {
    const name = args[i]!;
    if (WITHOUT_VALUE.has(name)) {
      outer.push(name);
      continue;
    }
    const value = args[++i]!;
    if (!OUTER.has(name)) options.push(`option ${name.slice(1)} ${quote(value)}`);
    if (OUTER.has(name) || OF_BOTH.has(name)) outer.push(name, value);
    if (name === '-protocol_whitelist') protocols = `,${value}`;
    if (name === '-format_whitelist') formats = `,${value}`;
  }
  const allowed = ['-protocol_whitelist', `pipe${protocols}`, '-format_whitelist', `concat${formats}`];
  return {
    args: [...outer, ...allowed, '-f', 'concat', '-safe', '0', '-i', `pipe:${ADDRESS_FD}`, ...args.slice(at + 2)],
    list: ['ffconcat version 1.0', `file ${quote(address!)}`, ...options, ''].join('\n'),
  };
}

/** As ffmpeg reads a word. An address has no line break in it: it was parsed. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
