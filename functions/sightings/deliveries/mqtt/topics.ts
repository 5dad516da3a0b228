/** Topics are those of Frigate, below a prefix of our own. */
const PREFIX = 'framewire';

export const EVENTS_TOPIC = `${PREFIX}/events`;
export const AVAILABLE_TOPIC = `${PREFIX}/available`;

/** A word of a topic: wildcards and slashes would make another topic of it. */
export const topicWord = (text: string): string => text.replace(/[#+/\0]/g, '_');

/** How many of a class are seen at a camera now. */
export const countTopic = (camera: string, label: string): string => `${PREFIX}/${camera}/${topicWord(label)}`;
/** The picture of the last one. */
export const snapshotTopic = (camera: string, label: string): string => `${countTopic(camera, label)}/snapshot`;
/** `online` or `offline`. */
export const connectedTopic = (camera: string): string => `${PREFIX}/${camera}/connected`;
