/** The pipe that ffmpeg reads the address from. */
export const ADDRESS_FD = 3;

/** What an option is for: the address alone, or also the list that it stands in. */
const OF_ADDRESS = new Set([
  '-rtsp_transport',
  '-rtsp_flags',
  '-timeout',
  '-rw_timeout',
  '-protocol_whitelist',
  '-format_whitelist',
]);
const OF_BOTH = new Set(['-fflags', '-analyzeduration', '-probesize', '-fpsprobesize']);
const WITHOUT_VALUE = new Set(['-hide_banner', '-nostdin', '-nostats', '-re']);

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
    if (OF_ADDRESS.has(name) || OF_BOTH.has(name)) options.push(`option ${name.slice(1)} ${quote(value)}`);
    if (name === '-protocol_whitelist') protocols = `,${value}`;
    else if (name === '-format_whitelist') formats = `,${value}`;
    else if (!OF_ADDRESS.has(name)) outer.push(name, value);
  }
  const allowed = ['-protocol_whitelist', `pipe${protocols}`, '-format_whitelist', `concat${formats}`];
  return {
    args: [...outer, ...allowed, '-f', 'concat', '-safe', '0', '-i', `pipe:${ADDRESS_FD}`, ...args.slice(at + 2)],
    list: ['ffconcat version 1.0', `file ${quote(address!)}`, ...options, ''].join('\n'),
  };
}

/** As ffmpeg reads a word. An address has no line break in it: it was parsed. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
