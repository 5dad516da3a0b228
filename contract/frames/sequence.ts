import { z } from 'zod';

/** The sequence that a frame's number belongs to: each producing process takes a new id at its start. */
export const sourceId = z.string().min(1).max(64).meta({
  id: 'SourceId',
  description: 'The sequence that `seq` belongs to: each producing process takes a new id at its start.',
});

export const sequenceNumber = z
  .int()
  .positive()
  .meta({ id: 'SequenceNumber', description: '1, 2, 3, ... within the source, without gaps.' });
