import type { Detection } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { boxColour, found, namedDetections, orderTopics } from './topics.ts';

const box = (label?: string): Detection => ({ x: 1, y: 1, w: 9, h: 9, ...(label && { label }) });
const of = (topic: string, ...labels: (string | undefined)[]) => ({ topic, detections: labels.map(box) });

describe('what was found', () => {
  it.each([
    [of('faces'), 'no face'],
    [of('faces', undefined, 'face'), '2 faces'],
    [of('objects'), 'nothing found'],
    [of('objects', 'car', 'person', 'person'), 'person 2, car 1'],
    [of('plates', undefined), 'plates 1'],
    [of('objects', ...'abcdefgh'), 'a 1, b 1, c 1, d 1, e 1, f 1, 2 more'],
  ])('is counted by label', (record, text) => {
    expect(found(record)).toBe(text);
  });

  it('has a name on the picture, also where its detector gives none', () => {
    const names = (record: object) => namedDetections(record as never).map(({ label }) => label);
    expect(names(of('faces', undefined))).toEqual(['face']);
    expect(names(of('objects', 'dog', undefined))).toEqual(['dog', 'objects']);
  });
});

describe('topics', () => {
  it('stand with faces first', () => {
    expect(orderTopics(['plates', 'faces', 'objects', 'faces'])).toEqual(['faces', 'objects', 'plates']);
  });

  it('of one camera have colours of their own, and faces the accent', () => {
    const topics = ['faces', 'objects', 'plates', 'people'];
    expect(new Set(topics.map((topic) => boxColour(topic, topics))).size).toBe(4);
    expect(boxColour('faces', [])).toBe('var(--accent)');
    expect(boxColour('objects', ['objects'])).toBe(boxColour('objects', ['faces', 'objects']));
  });
});
