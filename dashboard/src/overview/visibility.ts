import type { Attachment } from 'svelte/attachments';

/** Tells whether an element can be seen without scrolling, at first and at each change; it is not seen when it is gone. */
export const seen =
  (tell: (seen: boolean) => void): Attachment =>
  (element) => {
    const observer = new IntersectionObserver((entries) => tell(entries.at(-1)!.isIntersecting), {
      rootMargin: '80px',
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      tell(false);
    };
  };
