export interface Size {
  width: number;
  height: number;
}

export interface Raster extends Size {
  /** Rows of red, green, blue or of grey, 8 bits each, without padding. Good until the next picture is decoded. */
  pixels: Uint8Array;
  colour: 'grey' | 'rgb';
}

/** A decoded picture, upright as a browser shows it. */
export interface Picture extends Raster {
  /** The size of the full frame, pixels. */
  image: Size;
}
