/** Tells whoever forked this process, if anybody did. Without a callback the message of one whose parent is just gone would end it. */
export function tellParent(message: object): void {
  process.send?.(message, undefined, undefined, () => {});
}
