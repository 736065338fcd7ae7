package dev.margrave.workers.data;

import dev.margrave.workers.data.ShapeScene.Rgb;
import dev.margrave.workers.random.IndexedRandom;

/** Renders a {@link ShapeScene}. Holds the buffer of distances; one thread at a time. */
final class ShapePainter {
  private static final int SIDE = Shapes.SIDE;

  /** Distances are known this far outside the image, for rims and shadows at its edge. */
  private static final int PAD = 4;

  private static final int GRID = SIDE + 2 * PAD;

  /** How far the shadow falls, how far its edge reaches, and how dark it is. */
  private static final double SHADOW_OFFSET = 2;

  private static final double SHADOW_SOFTNESS = 2.5;
  private static final double SHADOW_DEPTH = 0.45;

  /** Width of the rim that catches the light, in pixels. */
  private static final double RIM = 3;

  /** Draws from here on are the grain's, one per pixel. */
  private static final long GRAIN_DRAWS = 1000;

  /** Signed distance to the outline in pixels, {@code [GRID][GRID]}. */
  private final double[] distance = new double[GRID * GRID];

  /**
   * Renders one image.
   *
   * @param random of the grain
   * @return the image, NHWC
   */
  byte[] paint(ShapeScene scene, IndexedRandom random) {
    measure(scene);
    double lightX = StrictMath.cos(scene.light());
    double lightY = StrictMath.sin(scene.light());
    byte[] image = new byte[Shapes.SHAPE.values()];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        int pixel = row * SIDE + column;
        long grain = random.bits(GRAIN_DRAWS + pixel);
        paintPixel(scene, lightX, lightY, row, column, grain, image, 3 * pixel);
      }
    }
    return image;
  }

  private void paintPixel(
      ShapeScene scene,
      double lightX,
      double lightY,
      int row,
      int column,
      long grain,
      byte[] image,
      int at) {
    double x = column + 0.5;
    double y = row + 0.5;
    double fromMiddleX = (x - SIDE / 2.0) / SIDE;
    double fromMiddleY = (y - SIDE / 2.0) / SIDE;
    int cell = (row + PAD) * GRID + column + PAD;
    double cover = clamp(0.5 - distance[cell]);
    double ground = 0;
    double ink = 0;
    double sheen = 0;
    if (cover < 1) {
      ground = (1 - cover) * scene.backdropTexture().at(x, y) * shadow(column, row, lightX, lightY);
    }
    if (cover > 0) {
      ink = cover * scene.inkTexture().at(x, y);
      sheen = cover * scene.relief() * rim(cell, lightX, lightY);
    }
    double corner = 2 * (fromMiddleX * fromMiddleX + fromMiddleY * fromMiddleY);
    double brightness = scene.exposure() * (1 - scene.vignette() * corner);
    // From the palette's far colour, 0, to its near one, 1.
    double lit = fromMiddleX * lightX + fromMiddleY * lightY;
    double share = clamp(0.5 + scene.gradient() * lit);
    Rgb far = scene.backdrop().far();
    Rgb near = scene.backdrop().near();
    double red = far.red() + share * (near.red() - far.red());
    double green = far.green() + share * (near.green() - far.green());
    double blue = far.blue() + share * (near.blue() - far.blue());
    Rgb paint = scene.ink();
    double amplitude = scene.grain();
    image[at] =
        level(brightness * (ground * red + ink * paint.red() + sheen) + amplitude * noise(grain));
    image[at + 1] =
        level(
            brightness * (ground * green + ink * paint.green() + sheen)
                + amplitude * noise(grain >>> 20));
    image[at + 2] =
        level(
            brightness * (ground * blue + ink * paint.blue() + sheen)
                + amplitude * noise(grain >>> 40));
  }

  private void measure(ShapeScene scene) {
    double cos = StrictMath.cos(scene.rotation()) / scene.radius();
    double sin = StrictMath.sin(scene.rotation()) / scene.radius();
    ShapeKind kind = scene.kind();
    for (int row = 0; row < GRID; row++) {
      double y = row - PAD + 0.5 - scene.centreY();
      for (int column = 0; column < GRID; column++) {
        double x = column - PAD + 0.5 - scene.centreX();
        distance[row * GRID + column] =
            scene.radius() * kind.distance(x * cos + y * sin, y * cos - x * sin);
      }
    }
  }

  /** The shadow lies away from the light: what the background's brightness is multiplied by. */
  private double shadow(int column, int row, double lightX, double lightY) {
    double x = column + PAD + SHADOW_OFFSET * lightX;
    double y = row + PAD + SHADOW_OFFSET * lightY;
    int left = (int) x;
    int top = (int) y;
    int cell = top * GRID + left;
    double right = x - left;
    double below = y - top;
    double upper = distance[cell] + right * (distance[cell + 1] - distance[cell]);
    double lower =
        distance[cell + GRID] + right * (distance[cell + GRID + 1] - distance[cell + GRID]);
    double there = upper + below * (lower - upper);
    double dark = clamp(0.5 - there / (2 * SHADOW_SOFTNESS));
    return 1 - SHADOW_DEPTH * dark;
  }

  /** −1 to 1: how much the surface near the outline is turned to the light. */
  private double rim(int cell, double lightX, double lightY) {
    double edge = clamp(1 + distance[cell] / RIM);
    double slopeX = (distance[cell + 1] - distance[cell - 1]) / 2;
    double slopeY = (distance[cell + GRID] - distance[cell - GRID]) / 2;
    return edge * (slopeX * lightX + slopeY * lightY);
  }

  /** Triangular on −1 … 1 from the 20 lowest bits. */
  private static double noise(long bits) {
    return ((bits & 1023) - ((bits >>> 10) & 1023)) / 1024.0;
  }

  private static byte level(double value) {
    return (byte) (int) (clamp(value) * 255 + 0.5);
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
