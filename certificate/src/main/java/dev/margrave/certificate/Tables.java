package dev.margrave.certificate;

/** What must hold of a teacher and a witness before any number in them is looked at. */
final class Tables {
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
    if (witness.inputs() != teacher.rows() || witness.rows().columns() != teacher.columns()) {
      throw new IllegalArgumentException(
          "%s has %d rows of %d columns, %s has %d of %d: expected the same inputs, in the same order"
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
