package dev.margrave.workers.data;

import java.util.Locale;

/**
 * The shapes of {@link Shapes}, each as a signed distance: negative inside, positive outside, about
 * the distance to the outline near it. Coordinates are those of a shape of radius about 1, x to the
 * right, y down.
 */
enum ShapeKind {
  DISC {
    @Override
    double distance(double x, double y) {
      return length(x, y) - 0.92;
    }
  },
  SQUARE {
    @Override
    double distance(double x, double y) {
      return box(x, y, 0.7, 0.7) - 0.08;
    }
  },
  TRIANGLE {
    @Override
    double distance(double x, double y) {
      double slope = HALF_SQRT_3 * Math.abs(x) - 0.5 * y;
      return Math.max(slope, y) - 0.54;
    }
  },
  STAR {
    @Override
    double distance(double x, double y) {
      return star(x, y);
    }
  },
  CROSS {
    @Override
    double distance(double x, double y) {
      return Math.min(box(x, y, 0.98, 0.32), box(x, y, 0.32, 0.98));
    }
  },
  RING {
    @Override
    double distance(double x, double y) {
      return Math.abs(length(x, y) - 0.74) - 0.24;
    }
  },
  HEART {
    @Override
    double distance(double x, double y) {
      // A square on its corner and a half disc on each of its upper edges.
      double half = 0.55;
      double down = y + 0.12;
      double along = (Math.abs(x) - down) * HALF_SQRT_2;
      double across = (Math.abs(x) + down) * HALF_SQRT_2;
      return Math.min(box(along, across, half, half), length(along - half, across) - half);
    }
  },
  CRESCENT {
    @Override
    double distance(double x, double y) {
      double shifted = x + 0.2;
      return Math.max(length(shifted, y) - 1, 0.78 - length(shifted - 0.52, y));
    }
  },
  CLOVER {
    @Override
    double distance(double x, double y) {
      return length(Math.abs(x) - 0.46, Math.abs(y) - 0.46) - 0.46;
    }
  },
  BAR {
    @Override
    double distance(double x, double y) {
      return box(x, y, 0.95, 0.24) - 0.1;
    }
  };

  private static final double HALF_SQRT_2 = Math.sqrt(2) / 2;

  private static final double HALF_SQRT_3 = Math.sqrt(3) / 2;

  /** Radius of the star's points and of the corners between them. */
  private static final double POINT = 1.08;

  private static final double CORNER = 0.5;

  /** Half the angle between two points, and thrice that. */
  private static final double COS_36 = StrictMath.cos(Math.PI / 5);

  private static final double SIN_36 = StrictMath.sin(Math.PI / 5);
  private static final double COS_108 = StrictMath.cos(3 * Math.PI / 5);
  private static final double SIN_108 = StrictMath.sin(3 * Math.PI / 5);

  /** The outward normal of the edge from the upper point to the corner on its right, y up. */
  private static final double EDGE_X = POINT - CORNER * COS_36;

  private static final double EDGE_Y = CORNER * SIN_36;
  private static final double EDGE_LENGTH = length(EDGE_X, EDGE_Y);

  /** Signed distance to the outline, in units of the radius. */
  abstract double distance(double x, double y);

  /** As it is called in label names. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }

  private static double box(double x, double y, double halfWidth, double halfHeight) {
    double dx = Math.abs(x) - halfWidth;
    double dy = Math.abs(y) - halfHeight;
    double outside = length(Math.max(dx, 0), Math.max(dy, 0));
    return outside + Math.min(Math.max(dx, dy), 0);
  }

  /**
   * Mirrors the plane, at the axes through corners, into the 36 degrees right of straight up, where
   * one edge is left to measure.
   */
  private static double star(double x, double y) {
    double right = Math.abs(x);
    double up = -y;
    double over = right * COS_108 - up * SIN_108;
    if (over > 0) {
      right -= 2 * over * COS_108;
      up += 2 * over * SIN_108;
    }
    over = right * COS_36 - up * SIN_36;
    if (over > 0) {
      right -= 2 * over * COS_36;
      up += 2 * over * SIN_36;
    }
    return (Math.abs(right) * EDGE_X + (up - POINT) * EDGE_Y) / EDGE_LENGTH;
  }
}
