package dev.margrave.workers.data;

/**
 * The size of every image of a data set.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels values per pixel: 1 grey, 3 red, green, blue
 */
public record ImageShape(int height, int width, int channels) {
  public ImageShape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "image shape " + height + "x" + width + "x" + channels + ": each must be at least 1");
    }
    if ((long) height * width * channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "image shape "
              + height
              + "x"
              + width
              + "x"
              + channels
              + " holds more than 2^31-1 values");
    }
  }

  /** Values of one image: height · width · channels. */
  public int values() {
    return height * width * channels;
  }

  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
