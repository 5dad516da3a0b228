/** Numbers in sentences. */
export const percent = (share: number) => `${Math.round(share * 100)} %`;
export const round = (n: number) => (n < 10 ? n.toFixed(1).replace(/\.0$/, '') : n.toFixed(0));
export const seconds = (s: number) => `${Math.max(1, Math.round(s))} s`;
export const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? '' : 's'}`;
/** With one full stop at its end. */
export const sentence = (words: string) => `${words.replace(/[.\s]+$/, '')}.`;
