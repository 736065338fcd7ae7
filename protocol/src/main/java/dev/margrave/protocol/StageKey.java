package dev.margrave.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** One node of an experiment's stage graph: a teacher search, or one arm of one seed. */
public sealed interface StageKey {
  /** The seed whose teacher this stage finds or uses. */
  long teacherSeed();

  /**
   * A short unique name, also the stage's folder: {@code teacher-0}, {@code full-0}, {@code
   * full-0-t11}.
   */
  @JsonValue
  String text();

  /** Searches the teacher of a seed. */
  record TeacherSearch(long teacherSeed) implements StageKey {
    @Override
    public String text() {
      return "teacher-" + teacherSeed;
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /** Trains one arm of one seed against the teacher of {@code teacherSeed}. */
  record ArmRun(Arm arm, long seed, long teacherSeed) implements StageKey {
    @Override
    public String text() {
      String cell = arm.label() + "-" + seed;
      return seed == teacherSeed ? cell : cell + "-t" + teacherSeed;
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /**
   * The inverse of {@link #text}.
   *
   * @throws IllegalArgumentException when the text names no stage
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static StageKey parse(String text) {
    var teacher = Pattern.compile("teacher-(\\d+)").matcher(text);
    if (teacher.matches()) {
      return new TeacherSearch(Long.parseLong(teacher.group(1)));
    }
    var run = Pattern.compile("(.+?)-(\\d+)(?:-t(\\d+))?").matcher(text);
    if (!run.matches()) {
      throw new IllegalArgumentException("'" + text + "' names no stage");
    }
    long seed = Long.parseLong(run.group(2));
    return new ArmRun(
        Arm.of(run.group(1)), seed, run.group(3) == null ? seed : Long.parseLong(run.group(3)));
  }
}
