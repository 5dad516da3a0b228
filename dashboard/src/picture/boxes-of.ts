import type { Detection, ResultRecord } from '@framewire/contract';
import type { Size } from './letterbox.ts';
import { labelOf } from './letterbox.ts';
import { namedDetections } from './topics.ts';

/** Why a detection does not count; undefined: it does. */
export type Ignored = (found: Detection, image: Size) => keyof typeof WHY | undefined;

const WHY = { score: 'score too low', small: 'too small', large: 'too large', mask: 'in a mask' };

/** The boxes of a frame that count, and those that do not, which say why. @param named whether each says what it is. */
export function boxesOf(
  record: ResultRecord,
  image: Size,
  named: boolean,
  ignored: Ignored = () => undefined,
): { counted: Detection[]; ignored: Detection[] } {
  const all = named ? namedDetections(record) : record.detections;
  const judged = all.map((found) => ({ found, why: ignored(found, image) }));
  return {
    counted: judged.flatMap(({ found, why }) => (why ? [] : [found])),
    ignored: judged.flatMap(({ found, why }) =>
      why ? [{ ...found, score: undefined, label: `${labelOf(found)} ${WHY[why]}`.trim() }] : [],
    ),
  };
}
