/** Whether a key is meant for the page: nothing held down with it, not typed into a field, nothing open above the page. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open], :popover-open'))
    return false;
  return !(event.target instanceof Element && event.target.closest('input, textarea, select, [popover]'));
}
