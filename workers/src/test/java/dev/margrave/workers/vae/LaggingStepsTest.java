package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.spec.BaselinesSpec;
import org.junit.jupiter.api.Test;

/** The two rules of lagging inference, apart from any training. */
class LaggingStepsTest {
  private static final int MAXIMUM_INNER = 9;
  private static final int MAXIMUM_EPOCHS = 4;

  private final LaggingSteps steps =
      new LaggingSteps(
          new Objective.Lagging(
              new BaselinesSpec.LaggingInference(MAXIMUM_INNER, 2, MAXIMUM_EPOCHS, 64), 8),
          null);

  private void observe(double... losses) {
    for (double loss : losses) {
      assertFalse(steps.decoderIsNext(), "before " + loss);
      steps.observe(loss);
    }
  }

  @Test
  void theEncoderGoesOnWhileTheMeanLossFalls() {
    // Means of two: 10, 9, 8, 7; the single losses rise now and then.
    observe(9, 11, 8, 10, 7, 9, 6, 8);
    assertFalse(steps.decoderIsNext());
  }

  @Test
  void theDecoderIsNextWhenTheMeanLossFellNoFurther() {
    observe(9, 11, 8, 10, 7, 11);
    assertTrue(steps.decoderIsNext(), "a mean of 9 after one of 9");
  }

  @Test
  void theDecoderIsNextWhenTheMeanLossRose() {
    observe(9, 11, 20, 20);
    assertTrue(steps.decoderIsNext());
  }

  @Test
  void theDecoderIsNextAtTheLatestAfterTheMaximum() {
    for (int i = 0; i < MAXIMUM_INNER; i++) {
      observe(100 - i);
    }
    assertTrue(steps.decoderIsNext());
  }

  @Test
  void itStaysAggressiveWhileTheInformationRises() {
    assertTrue(steps.aggressive());
    steps.reconsider(0.1, 1);
    assertTrue(steps.aggressive(), "there is nothing to compare the first with");
    steps.reconsider(0.2, 2);
    assertTrue(steps.aggressive());
    steps.reconsider(0.15, 3);
    assertFalse(steps.aggressive());
  }

  @Test
  void informationThatStandsEndsIt() {
    steps.reconsider(0.1, 1);
    steps.reconsider(0.1, 2);
    assertFalse(steps.aggressive());
  }

  @Test
  void itEndsAtTheLatestAfterTheMaximum() {
    for (int epoch = 1; epoch < MAXIMUM_EPOCHS; epoch++) {
      steps.reconsider(epoch, epoch);
      assertTrue(steps.aggressive(), "epoch " + epoch);
    }
    steps.reconsider(MAXIMUM_EPOCHS, MAXIMUM_EPOCHS);
    assertFalse(steps.aggressive());
  }

  @Test
  void whatItRemembersIsEnoughToGoOn() {
    observe(9, 11, 8);
    steps.reconsider(0.1, 1);
    LaggingSteps resumed =
        new LaggingSteps(
            new Objective.Lagging(
                new BaselinesSpec.LaggingInference(MAXIMUM_INNER, 2, MAXIMUM_EPOCHS, 64), 8),
            null);
    resumed.recall(steps.memory());
    assertEquals(steps.memory(), resumed.memory());
    steps.observe(12);
    resumed.observe(12);
    assertTrue(resumed.decoderIsNext());
    assertEquals(steps.memory(), resumed.memory());
  }
}
