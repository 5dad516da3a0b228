import type { Attachment } from 'svelte/attachments';

/** Reports whether an element is in the viewport: at first, on each change, and as not visible when it is removed. */
export const onVisible =
  (report: (visible: boolean) => void): Attachment =>
  (element) => {
    const observer = new IntersectionObserver((entries) => report(entries.at(-1)!.isIntersecting), {
      rootMargin: '80px',
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      report(false);
    };
  };
