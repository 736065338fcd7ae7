package dev.margrave.protocol.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** What nodes of before engines and external trainers say is still understood. */
class OlderMessagesTest {
  /** As nodes read each other's. */
  private final ObjectMapper mapper =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  @Test
  void aWorkerThatSaysNothingOfThemHasNeither() throws Exception {
    assertEquals(
        new Capabilities(2, 1, 5, "nd4j", "", false, false),
        mapper.readValue(
            "{\"slots\":2,\"gpus\":1,\"memoryBytes\":5,\"engine\":\"nd4j\"}", Capabilities.class));
  }

  @Test
  void aStageThatSaysNothingOfThemNeedsNeither() throws Exception {
    assertEquals(
        new Needs(1, 5, "", false, ""),
        mapper.readValue("{\"gpus\":1,\"memoryBytes\":5}", Needs.class));
  }

  @Test
  void whatIsNotThereIsNotSaid() throws Exception {
    assertEquals("{\"gpus\":1,\"memoryBytes\":5}", mapper.writeValueAsString(new Needs(1, 5)));
  }
}
