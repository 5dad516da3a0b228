/** Sends a message to the parent that forked this process, if there is one. The callback keeps a parent that has just exited from crashing it. */
export function sendToParent(message: object): void {
  process.send?.(message, undefined, undefined, () => {});
}
