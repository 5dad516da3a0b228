export interface Size {
  width: number;
  height: number;
}

export interface Raster extends Size {
  /** Rows of red, green, blue, of blue, green, red or of grey, 8 bits each, without padding. Valid until the next JPEG is decoded. */
  pixels: Uint8Array;
  colour: 'grey' | 'rgb' | 'bgr';
}

export const CHANNELS = { grey: 1, rgb: 3, bgr: 3 };

/** A decoded frame, with the EXIF orientation applied. */
export interface Picture extends Raster {
  /** The size of the full frame, pixels. */
  image: Size;
}
