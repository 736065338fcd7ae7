package dev.margrave.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AttemptFilesTest {

  @Test
  void onlyLaterAttemptsAreNumbered() {
    assertEquals("witness-at-mean.npy", AttemptFiles.name("witness-at-mean", "npy", 1));
    assertEquals("witness-at-mean-2.npy", AttemptFiles.name("witness-at-mean", "npy", 2));
    assertEquals("checkpoint-7-1.ckpt", AttemptFiles.numbered("checkpoint-7", "ckpt", 1));
  }

  @Test
  void theAttemptIsReadFromTheName() {
    assertEquals(1, AttemptFiles.attempt("demo-3/teacher-4/teacher-train.npy"));
    assertEquals(12, AttemptFiles.attempt("demo-3/teacher-4/teacher-train-12.npy"));
    assertEquals(3, AttemptFiles.attempt("demo/full-0/checkpoint-500-3.ckpt"));
    assertEquals(1, AttemptFiles.attempt("demo/full-0/samples.png"));
  }
}
