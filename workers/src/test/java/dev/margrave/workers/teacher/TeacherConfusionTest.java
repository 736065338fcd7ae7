package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherConfusionTest {
  @Test
  void eachImageCountsForItsMostProbableComponent() {
    double[] table = {0.6, 0.4, /**/ 0.1, 0.9, /**/ 0.2, 0.8, /**/ 0.5, 0.5};
    TeacherConfusion confusion =
        TeacherConfusion.ofHeldOut(
            table, 2, new int[] {0, 2, 2, 1}, List.of("circle", "square", "star"));
    assertEquals(
        new TeacherConfusion(
            "evaluate",
            2,
            List.of("circle", "square", "star"),
            List.of(List.of(1, 1, 0), List.of(0, 0, 2))),
        confusion);
  }

  @Test
  void aTableOfOtherImagesIsRefused() {
    assertEquals(
        "3 values of a table with K = 2, and 2 labels",
        assertThrows(
                IllegalArgumentException.class,
                () -> TeacherConfusion.ofHeldOut(new double[3], 2, new int[2], List.of("a", "b")))
            .getMessage());
  }
}
