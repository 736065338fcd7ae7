package dev.margrave.workers.teacher;

/** No teacher can be had from these images and settings; the message says why and the mend. */
public final class TeacherSearchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TeacherSearchException(String message) {
    super(message);
  }
}
