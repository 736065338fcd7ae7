package dev.margrave.workers.vae;

import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import dev.margrave.workers.vae.engine.GraphDescription;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that a trained witness reads the latent code and nothing else: the certificate speaks of
 * the latent path, so a witness with another way to the input could be certified for nothing.
 */
public final class LatentAuditor {
  private static final int IMAGES = 64;

  private LatentAuditor() {}

  /**
   * Audits an engine as it stands.
   *
   * @param images {@code [n·pixels]}, n ≥ {@code count}; at most 64 are used
   * @param count of images, ≥ 2
   * @param seed of the codes that are put in
   */
  public static LatentAudit audit(TrainingEngine engine, float[] images, int count, long seed) {
    List<String> leak = pathPastCode(engine.graph());
    int n = Math.min(count, Math.min(IMAGES, engine.spec().batch()));
    float[] codes = new float[n * engine.spec().latent()];
    new CounterRandom(seed, Stream.EVALUATION_NOISE, -1).fillGaussian(codes);
    boolean blind = isBlindToInput(engine, images, codes, n);
    boolean constant = isConstantOnConstantCode(engine, images, codes, n);
    String structure =
        leak.isEmpty()
            ? "no path from the input reaches the witness past the code"
            : "a path reaches the witness past the code: " + String.join(" > ", leak);
    return new LatentAudit(
        leak.isEmpty(),
        blind,
        constant,
        "%d operations: %s; %d inputs exchanged under fixed codes"
            .formatted(engine.graph().nodes().size(), structure, n));
  }

  /**
   * A path from the image, the teacher or the noise to the witness that does not pass through the
   * code; empty when there is none.
   */
  static List<String> pathPastCode(GraphDescription graph) {
    Map<String, GraphDescription.Node> writers = new HashMap<>();
    for (GraphDescription.Node node : graph.nodes()) {
      node.outputs().forEach(output -> writers.put(output, node));
    }
    Set<String> forbidden = Set.of(graph.image(), graph.teacher(), graph.noise());
    Deque<List<String>> open = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    open.add(List.of(graph.witness()));
    while (!open.isEmpty()) {
      List<String> path = open.remove();
      String variable = path.get(0);
      if (forbidden.contains(variable)) {
        return path;
      }
      GraphDescription.Node writer = writers.get(variable);
      if (variable.equals(graph.code()) || writer == null || !seen.add(variable)) {
        continue;
      }
      for (String input : writer.inputs()) {
        List<String> longer = new ArrayList<>(path);
        longer.add(0, input);
        open.add(longer);
      }
    }
    return List.of();
  }

  /** With every code held fixed and the images exchanged, no bit of the witness changes. */
  private static boolean isBlindToInput(
      TrainingEngine engine, float[] images, float[] codes, int n) {
    int components = engine.spec().components();
    float[] direct = new float[n * components];
    float[] under = new float[n * components];
    float[] exchanged = new float[n * components];
    engine.witnessLogits(codes, n, direct);
    engine.witnessLogitsUnder(images, codes, n, under);
    engine.witnessLogitsUnder(rotated(images, n, engine.spec().pixels()), codes, n, exchanged);
    return Arrays.equals(direct, under) && Arrays.equals(direct, exchanged);
  }

  /** With one code for all images, every row of the witness is the same, bit for bit. */
  private static boolean isConstantOnConstantCode(
      TrainingEngine engine, float[] images, float[] codes, int n) {
    int latent = engine.spec().latent();
    int components = engine.spec().components();
    float[] one = new float[n * latent];
    for (int i = 0; i < n; i++) {
      System.arraycopy(codes, 0, one, i * latent, latent);
    }
    float[] logits = new float[n * components];
    engine.witnessLogitsUnder(images, one, n, logits);
    for (int i = 1; i < n; i++) {
      if (!Arrays.equals(logits, 0, components, logits, i * components, (i + 1) * components)) {
        return false;
      }
    }
    return true;
  }

  /** The images, each moved one place on. */
  private static float[] rotated(float[] images, int n, int pixels) {
    float[] rotated = new float[n * pixels];
    System.arraycopy(images, pixels, rotated, 0, (n - 1) * pixels);
    System.arraycopy(images, 0, rotated, (n - 1) * pixels, pixels);
    return rotated;
  }
}
