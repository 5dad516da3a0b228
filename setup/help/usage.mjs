/** With `--help` prints this and ends, before anything is installed or built. */
export function usage(text) {
  if (!process.argv.includes('--help')) return;
  process.stdout.write(`${text}\n`);
  process.exit(0);
}
