import { withoutSecrets } from '../../address/secrets.ts';
import { TIMED_OUT } from '../timed-out.ts';

const NOT_INSTALLED = 'ffmpeg is not installed: apt install ffmpeg';

/** What ffmpeg says, and the reason for a person. The first that fits counts. */
const REASONS: [RegExp, string][] = [
  [/^setpriv: failed to execute/m, NOT_INSTALLED],
  [/Unrecognized option 'fps_mode'/, 'this ffmpeg is too old: version 5.1 or later is needed'],
  [/\b401\b|Unauthorized|authorization failed/i, 'the camera wants another user or password (401)'],
  [/\b403\b|Forbidden/i, 'the camera denies access (403)'],
  [/\b404\b/, 'the camera knows no such stream (404)'],
  [/\b410\b/, 'the camera says that this stream is gone for good (410)'],
  [/\b453\b/, 'the camera has no bandwidth for another viewer (453)'],
  [/\b(461|Protocol not supported)\b/, 'the camera offers neither TCP nor UDP (461)'],
  [/\b503\b/, 'the camera is busy, or has too many connections already (503)'],
  [/\b5\d\d Server Error|Server returned 5XX/i, 'the camera answers with an error of its own (5xx)'],
  [/Connection refused/i, 'connection refused'],
  [/Failed to resolve|Name or service not known|Temporary failure in name resolution/i, 'unknown host name'],
  [/No route to host|Network is unreachable/i, 'the host cannot be reached'],
  [/timed out/i, TIMED_OUT],
  [/Connection reset|Broken pipe/i, 'the camera closed the connection'],
  [/No such file or directory/i, 'no such file'],
  [/No such device/i, 'no such device'],
  [/Is a directory/i, 'that is a folder'],
  [/Permission denied/i, 'permission denied'],
  [/Device or resource busy/i, 'another program uses the device'],
  [/Format not on whitelist/i, 'not a video, or of a kind that a camera may not play'],
  [/Protocol '[^']*' not on whitelist/i, 'it leads to another protocol, which is not allowed'],
  [/matches no streams|does not contain any stream/i, 'there is no video in it'],
  [/Stream ends prematurely/, 'the recording breaks off, or its server cannot send a part of it alone (Range)'],
  [/moov atom not found/i, 'the film is cut short: its index is missing'],
  [/Impossible to open 'rtsps?:/, 'what answers there is no RTSP camera, or it closed the connection'],
  [/Invalid data found/i, 'not a video that ffmpeg can read'],
];

/** A line of ffmpeg's standard error (`-loglevel level+...`) that says what is wrong, and not how the program was called. */
export const isProblem = (line: string): boolean =>
  /\[(error|fatal|panic)\]|^setpriv:/.test(line) && !/pipe:1/.test(line);

/** Why ffmpeg ended, for a person, from what it wrote to standard error and its exit. */
export function reasonOf(stderr: string[], exit: string): string {
  const problems = stderr.filter(isProblem);
  // of an address its protocol alone: there is a 404 in many a name
  const text = problems.join('\n').replace(/\b([a-z]+:)\/\/\S+/gi, '$1');
  const known = REASONS.find(([pattern]) => pattern.test(text));
  if (known) return known[1];
  // the address came by a pipe
  const last = problems
    .at(-1)
    ?.replace(/\[[^\]]*\]\s*/g, '')
    .replace(/^pipe:3: /, 'it cannot be opened: ');
  return last ? last.split(/\s+/).map(withoutSecrets).join(' ').slice(0, 200) : exit;
}

/** Why ffmpeg could not be started at all. */
export const reasonOfSpawn = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' ? NOT_INSTALLED : `ffmpeg could not be started: ${error.message}`;
