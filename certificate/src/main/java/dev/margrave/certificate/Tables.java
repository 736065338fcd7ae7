package dev.margrave.certificate;

/** What must hold of a teacher and a witness before any number in them is looked at. */
final class Tables {
  /** More rows than this, and the round-off bound would not be proven. */
  static final long MAX_ROWS = 1L << 34;

  /** More samples times columns than this, and the round-off bound would not be proven. */
  static final long MAX_TERMS_PER_INPUT = 1L << 24;

  private Tables() {}

  /** "teacher" or "teacher path/T.npy". */
  static String label(String role, RowSource source) {
    return source.origin().isEmpty() ? role : role + " " + source.origin();
  }

  /**
   * Checks that the two tables belong together.
   *
   * @throws IllegalArgumentException naming the table and its shape
   */
  static void check(RowSource teacher, Witness witness) {
    String teacherLabel = label("teacher", teacher);
    if (teacher.rows() < 1) {
      throw new IllegalArgumentException(
          "%s has no rows: expected one per input".formatted(teacherLabel));
    }
    if (teacher.columns() < 2) {
      throw new IllegalArgumentException(
          "%s has %d columns: a distribution needs at least 2"
              .formatted(teacherLabel, teacher.columns()));
    }
    if (teacher.rows() > MAX_ROWS
        || (long) teacher.columns() * witness.samples() > MAX_TERMS_PER_INPUT) {
      throw new IllegalArgumentException(
          ("%s has %d rows of %d columns, with %d samples: at most %d rows, and %d columns times"
                  + " samples, are possible")
              .formatted(
                  teacherLabel,
                  teacher.rows(),
                  teacher.columns(),
                  witness.samples(),
                  MAX_ROWS,
                  MAX_TERMS_PER_INPUT));
    }
    if (witness.inputs() != teacher.rows() || witness.rows().columns() != teacher.columns()) {
      throw new IllegalArgumentException(
          ("%s has %d rows of %d columns, %s has %d of %d: expected the same inputs, in the same"
                  + " order")
              .formatted(
                  teacherLabel,
                  teacher.rows(),
                  teacher.columns(),
                  label("witness", witness.rows()),
                  witness.inputs(),
                  witness.rows().columns()));
    }
  }
}
