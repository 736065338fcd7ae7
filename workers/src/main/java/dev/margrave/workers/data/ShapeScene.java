package dev.margrave.workers.data;

import dev.margrave.workers.random.IndexedRandom;

/**
 * The factors of one image of {@link Shapes}. All but the kind are drawn independently of each
 * other; lengths are in pixels, angles in radians, colours in 0 … 1.
 *
 * @param kind the label
 * @param radius half the shape's size
 * @param centreX from the left edge
 * @param centreY from the upper edge
 * @param rotation of the shape
 * @param ink the shape's colour, moved away from the backdrop's where the two are too close
 * @param backdrop the colours that the background runs between: one of eight pairs, tinted
 * @param gradient how far apart the background's two colours are, 1 for the palette's
 * @param light direction that the light comes from
 * @param exposure what every colour is multiplied by
 * @param backdropTexture of the background
 * @param inkTexture of the shape
 * @param relief how strongly the shape's rim catches the light
 * @param vignette darkening of the corners
 * @param grain amplitude of the noise
 */
record ShapeScene(
    ShapeKind kind,
    double radius,
    double centreX,
    double centreY,
    double rotation,
    Rgb ink,
    Backdrop backdrop,
    double gradient,
    double light,
    double exposure,
    Texture backdropTexture,
    Texture inkTexture,
    double relief,
    double vignette,
    double grain) {

  /** Red, green and blue. */
  record Rgb(double red, double green, double blue) {
    static Rgb hex(int rgb) {
      return new Rgb(((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0);
    }

    Rgb plus(Rgb other) {
      return new Rgb(red + other.red, green + other.green, blue + other.blue);
    }

    /** {@code share} of the other colour in this one. */
    Rgb mixed(Rgb other, double share) {
      return new Rgb(
          red + share * (other.red - red),
          green + share * (other.green - green),
          blue + share * (other.blue - blue));
    }

    double luminance() {
      return 0.3 * red + 0.59 * green + 0.11 * blue;
    }

    double squaredDistance(Rgb other) {
      double r = red - other.red;
      double g = green - other.green;
      double b = blue - other.blue;
      return r * r + g * g + b * b;
    }
  }

  /** The background's colours: towards the light, and away from it. */
  record Backdrop(Rgb near, Rgb far) {
    static Backdrop hex(int near, int far) {
      return new Backdrop(Rgb.hex(near), Rgb.hex(far));
    }

    Backdrop tinted(Rgb tint) {
      return new Backdrop(near.plus(tint), far.plus(tint));
    }

    Rgb middle() {
      return near.mixed(far, 0.5);
    }
  }

  /** How brightness varies over a surface. */
  enum Pattern {
    PLAIN,
    STRIPES,
    CHECKS,
    DOTS
  }

  /**
   * A pattern of some wavelength (pixels), turned by an angle, shifted, of some amplitude.
   *
   * @param across cosine of the angle over the wavelength
   * @param down sine of the angle over the wavelength
   * @param shift in wavelengths
   */
  record Texture(Pattern pattern, double across, double down, double shift, double amplitude) {
    /** What the brightness is multiplied by at a pixel. */
    double at(double x, double y) {
      if (pattern == Pattern.PLAIN) {
        return 1;
      }
      double first = wave(x * across + y * down + shift);
      double value =
          switch (pattern) {
            case CHECKS -> first * wave(y * across - x * down + shift);
            case DOTS -> first + wave(y * across - x * down + shift) > 0.9 ? 1 : -0.3;
            default -> first;
          };
      return 1 + amplitude * value;
    }

    /** Of period 1, between −1 and 1, a smooth stand-in for the sine. */
    private static double wave(double phase) {
      double ramp = phase - Math.floor(phase);
      double triangle = 2 * ramp < 1 ? 2 * ramp : 2 - 2 * ramp;
      return 2 * triangle * triangle * (3 - 2 * triangle) - 1;
    }
  }

  /** Dusk, sea, meadow, sand, night, snow, rose, slate. */
  private static final Backdrop[] BACKDROPS = {
    Backdrop.hex(0xf6b38a, 0x6b4c7f),
    Backdrop.hex(0x8fd3e0, 0x1f5f8b),
    Backdrop.hex(0xcfe59a, 0x3f7f4f),
    Backdrop.hex(0xf4e0b0, 0xb98a58),
    Backdrop.hex(0x3b4b78, 0x10142b),
    Backdrop.hex(0xf4f6fa, 0xa9b8cc),
    Backdrop.hex(0xf3c1cf, 0x9c4a6c),
    Backdrop.hex(0x8a939c, 0x3a4249)
  };

  private static final Rgb[] INKS = {
    Rgb.hex(0xd7263d),
    Rgb.hex(0xf46036),
    Rgb.hex(0xf9c80e),
    Rgb.hex(0x2e9e4f),
    Rgb.hex(0x1b998b),
    Rgb.hex(0x2274e5),
    Rgb.hex(0x7b2cbf),
    Rgb.hex(0xfff7e6),
    Rgb.hex(0x22223b)
  };

  private static final Rgb WHITE = new Rgb(1, 1, 1);
  private static final Rgb BLACK = new Rgb(0, 0, 0);

  /** Inks closer to the backdrop than this, squared, are moved away. */
  private static final double CLOSE = 0.12;

  /** A random scene; every factor has its own numbered draws, which must never change. */
  static ShapeScene of(ShapeKind kind, IndexedRandom random) {
    double radius = random.uniform(0, 6, 11.5);
    double room = 0.8 * radius;
    Backdrop backdrop = pick(BACKDROPS, random, 3).tinted(tint(random, 4, 0.09));
    Rgb ink = pick(INKS, random, 7).plus(tint(random, 8, 0.08));
    return new ShapeScene(
        kind,
        radius,
        random.uniform(1, room, Shapes.SIDE - room),
        random.uniform(2, room, Shapes.SIDE - room),
        random.uniform(11, 0, 2 * Math.PI),
        readable(ink, backdrop.middle()),
        backdrop,
        random.uniform(12, 0.2, 1.1),
        random.uniform(13, 0, 2 * Math.PI),
        random.uniform(14, 0.75, 1.1),
        texture(random, 15, 0.05, 0.2),
        texture(random, 21, 0.05, 0.25),
        random.uniform(27, 0, 0.35),
        random.uniform(28, 0, 0.35),
        random.uniform(29, 0, 0.09));
  }

  /** Every pattern is as likely; the wavelength is 3.5 to 11 pixels. */
  private static Texture texture(IndexedRandom random, long draw, double faint, double strong) {
    double angle = random.uniform(draw + 1, 0, Math.PI);
    double wavelength = random.uniform(draw + 2, 3.5, 11);
    return new Texture(
        pick(Pattern.values(), random, draw),
        StrictMath.cos(angle) / wavelength,
        StrictMath.sin(angle) / wavelength,
        random.uniform(draw + 3),
        random.uniform(draw + 4, faint, strong));
  }

  private static Rgb tint(IndexedRandom random, long draw, double most) {
    return new Rgb(
        random.uniform(draw, -most, most),
        random.uniform(draw + 1, -most, most),
        random.uniform(draw + 2, -most, most));
  }

  private static Rgb readable(Rgb ink, Rgb background) {
    if (ink.squaredDistance(background) >= CLOSE) {
      return ink;
    }
    return ink.mixed(background.luminance() < 0.5 ? WHITE : BLACK, 0.5);
  }

  private static <T> T pick(T[] choices, IndexedRandom random, long draw) {
    return choices[random.below(draw, choices.length)];
  }
}
