/** The drawn scene of the camera connector's demo cameras: people whose faces it knows. */
export { createScene, HEIGHT, readTruth, WIDTH } from '../../connectors/camera/demo/scene.ts';
