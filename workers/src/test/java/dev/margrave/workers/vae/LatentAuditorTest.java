package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.workers.vae.engine.GraphDescription;
import dev.margrave.workers.vae.engine.GraphDescription.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatentAuditorTest {
  private static final Node ENCODER =
      new Node("encoder", "matmul", List.of("image", "w"), List.of("mu"));
  private static final Node SAMPLE =
      new Node("sample", "add", List.of("mu", "noise"), List.of("z"));
  private static final Node HEAD = new Node("head", "matmul", List.of("z", "a"), List.of("logits"));

  private static GraphDescription graph(String witness, Node... more) {
    List<Node> nodes = new ArrayList<>(List.of(ENCODER, SAMPLE, HEAD));
    nodes.addAll(List.of(more));
    return new GraphDescription(
        nodes, "image", "teacher", "noise", "z", witness, List.of("w", "a"));
  }

  @Test
  void aHeadOnTheCodePasses() {
    assertEquals(List.of(), LatentAuditor.pathPastCode(graph("logits")));
  }

  @Test
  void aSkipFromTheEncoderIsFound() {
    Node skip = new Node("skip", "add", List.of("logits", "mu"), List.of("skipped"));
    assertEquals(
        List.of("image", "mu", "skipped"), LatentAuditor.pathPastCode(graph("skipped", skip)));
  }

  @Test
  void aHeadThatReadsTheTeacherIsFound() {
    Node cheat = new Node("cheat", "add", List.of("logits", "teacher"), List.of("cheated"));
    assertEquals(
        List.of("teacher", "cheated"), LatentAuditor.pathPastCode(graph("cheated", cheat)));
  }

  @Test
  void aHeadThatReadsTheNoiseIsFound() {
    Node noisy = new Node("noisy", "add", List.of("logits", "noise"), List.of("noised"));
    assertEquals(List.of("noise", "noised"), LatentAuditor.pathPastCode(graph("noised", noisy)));
  }
}
