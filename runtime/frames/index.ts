/** How a source sends frames: their ids and sequence numbers, the queues of topics, publishing with backpressure. */
export { type Backpressure, listenForBackpressure, OVERLOAD_REASON } from './backpressure.ts';
export * from './frame-id.ts';
export * from './frame-publisher.ts';
export * from './source.ts';
export * from './topic-queues.ts';
export { listenForWatchedCameras, type WatchedCameras } from './watched-cameras.ts';
export { subscribeToWatched, type WatchedFrame, type WatchedSubscription } from './watched-subscription.ts';
