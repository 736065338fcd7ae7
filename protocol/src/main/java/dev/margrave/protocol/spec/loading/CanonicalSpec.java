package dev.margrave.protocol.spec.loading;

import com.typesafe.config.ConfigUtil;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.AutomaticRescueSpec;
import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.protocol.spec.CollapseSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.Interval;
import dev.margrave.protocol.spec.MarginGuardSpec;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.protocol.spec.TrainingSpec;
import dev.margrave.protocol.spec.VaeSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The one text of everything in a spec that decides a result: a line {@code key = value} for each
 * key, defaults included, sorted by key.
 *
 * <p>Left out is what cannot change a result: the experiment's name, {@code dataset.path} (the
 * data's own hash stands in every certificate), {@code training.checkpoint-every} and {@code
 * resources}. So two specs with one hash, on data with one hash, have one outcome.
 */
public final class CanonicalSpec {
  private CanonicalSpec() {}

  /** The text: UTF-8, lines ended by a line feed. */
  public static String text(ExperimentSpec spec) {
    return lines(spec).entrySet().stream()
        .map(line -> line.getKey() + " = " + line.getValue() + "\n")
        .collect(Collectors.joining());
  }

  /**
   * An experiment file, defaults written out, that loads to an equal spec, but for {@code
   * dataset.path}, which means nothing on another machine and is left out.
   */
  public static String file(ExperimentSpec spec) {
    SortedMap<String, String> lines = lines(spec);
    lines.put("name", "\"" + spec.name() + "\"");
    lines.put("training.checkpoint-every", spec.training().checkpointEvery().toMillis() + " ms");
    lines.put("resources.gpus", Integer.toString(spec.resources().gpus()));
    lines.put("resources.priority", Integer.toString(spec.resources().priority()));
    lines.put("resources.max-attempts", Integer.toString(spec.resources().maxAttempts()));
    lines.put("resources.max-parallel", Integer.toString(spec.resources().maxParallel()));
    spec.trainer()
        .ifPresent(
            trainer -> {
              lines.put("trainer.grace", trainer.grace().toMillis() + " ms");
              lines.put("trainer.silence", trainer.silence().toMillis() + " ms");
            });
    if (!spec.resources().engine().isEmpty()) {
      lines.put("resources.engine", spec.resources().engine());
    }
    if (!spec.resources().computeCapability().isEmpty()) {
      lines.put("resources.compute-capability", "\"" + spec.resources().computeCapability() + "\"");
    }
    lines.put("resources.memory", spec.resources().memoryBytes() + " B");
    return lines.entrySet().stream()
        .map(line -> "  " + line.getKey() + " = " + line.getValue() + "\n")
        .collect(Collectors.joining("", "experiment {\n", "}\n"));
  }

  /** SHA-256 of {@link #text}, 64 lower-case hexadecimal digits. */
  public static String hash(ExperimentSpec spec) {
    return hash(text(spec));
  }

  /** SHA-256 of a canonical text. */
  public static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * What changed between two canonical texts, by key: {@code - key = old}, {@code + key = new};
   * empty when nothing did.
   */
  public static List<String> difference(String before, String after) {
    SortedMap<String, String> old = parse(before);
    SortedMap<String, String> now = parse(after);
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(now.keySet());
    List<String> difference = new ArrayList<>();
    for (String key : keys) {
      String was = old.get(key);
      String is = now.get(key);
      if (was != null && !was.equals(is)) {
        difference.add("- " + key + " = " + was);
      }
      if (is != null && !is.equals(was)) {
        difference.add("+ " + key + " = " + is);
      }
    }
    return difference;
  }

  private static SortedMap<String, String> parse(String text) {
    SortedMap<String, String> lines = new TreeMap<>();
    for (String line : text.lines().toList()) {
      int equals = line.indexOf(" = ");
      lines.put(
          equals < 0 ? line : line.substring(0, equals),
          equals < 0 ? "" : line.substring(equals + 3));
    }
    return lines;
  }

  private static SortedMap<String, String> lines(ExperimentSpec spec) {
    SortedMap<String, String> lines = new TreeMap<>();
    lines.put("dataset.name", spec.dataset().name());
    lines.put("dataset.train", Integer.toString(spec.dataset().train()));
    lines.put("dataset.evaluate", Integer.toString(spec.dataset().evaluate()));
    // Without them the text is the one from before there were any.
    spec.dataset().size().ifPresent(size -> lines.put("dataset.size", size.toString()));
    spec.dataset().channels().ifPresent(count -> lines.put("dataset.channels", count.toString()));
    lines.put("seeds", list(spec.seeds()));
    lines.put("arms", list(spec.arms().stream().map(Arm::label).toList()));
    teacher(spec.teacher(), lines);
    vae(spec.vae(), lines);
    alignment(spec.alignment(), lines);
    training(spec.training(), lines);
    collapse(spec.collapse(), lines);
    rescue(spec.rescue(), lines);
    spec.trainer()
        .ifPresent(
            trainer ->
                lines.put(
                    "trainer.command",
                    list(trainer.command().stream().map(ConfigUtil::quoteString).toList())));
    spec.baselines().ifPresent(baselines -> baselines(baselines, lines));
    return lines;
  }

  /** Without a baseline among the arms the text is the one from before there were any. */
  private static void baselines(BaselinesSpec baselines, Map<String, String> lines) {
    lines.put("baselines.kl-annealing.over", interval(baselines.klAnnealing().over()));
    BaselinesSpec.CyclicalAnnealing cyclical = baselines.cyclicalAnnealing();
    lines.put("baselines.cyclical-annealing.cycles", Integer.toString(cyclical.cycles()));
    lines.put("baselines.cyclical-annealing.ramp", Numbers.text(cyclical.ramp()));
    BaselinesSpec.FreeBits freeBits = baselines.freeBits();
    lines.put("baselines.free-bits.floor", Numbers.text(freeBits.floorNats()));
    lines.put("baselines.free-bits.group-size", Integer.toString(freeBits.groupSize()));
    BaselinesSpec.InfoVae infoVae = baselines.infoVae();
    lines.put("baselines.info-vae.alpha", Numbers.text(infoVae.alpha()));
    lines.put("baselines.info-vae.weight", Numbers.text(infoVae.weight()));
    lines.put("baselines.info-vae.kernel-scale", Numbers.text(infoVae.kernelScale()));
    lines.put("baselines.bn-vae.gamma", Numbers.text(baselines.bnVae().gamma()));
    lines.put("baselines.bn-vae.momentum", Numbers.text(baselines.bnVae().momentum()));
    laggingInference(baselines.laggingInference(), lines);
    BaselinesSpec.Geco geco = baselines.geco();
    lines.put("baselines.geco.tolerance", Numbers.text(geco.tolerance()));
    lines.put("baselines.geco.smoothing", Numbers.text(geco.smoothing()));
    lines.put("baselines.geco.rate", Numbers.text(geco.rate()));
    lines.put("baselines.geco.least-multiplier", Numbers.text(geco.leastMultiplier()));
    lines.put("baselines.geco.largest-multiplier", Numbers.text(geco.largestMultiplier()));
  }

  private static void laggingInference(
      BaselinesSpec.LaggingInference lagging, Map<String, String> lines) {
    String section = "baselines.lagging-inference.";
    lines.put(section + "maximum-inner-steps", Integer.toString(lagging.maximumInnerSteps()));
    lines.put(section + "check-every", Integer.toString(lagging.checkEvery()));
    lines.put(
        section + "maximum-aggressive-epochs", Integer.toString(lagging.maximumAggressiveEpochs()));
    lines.put(section + "information-images", Integer.toString(lagging.informationImages()));
  }

  /** Without automatic rescues the text is the one from before there were any. */
  private static void rescue(RescueSpec rescue, Map<String, String> lines) {
    lines.put("rescue.code-gradient-floor", Numbers.text(rescue.codeGradientFloor()));
    lines.put("rescue.head-gradient-floor", Numbers.text(rescue.headGradientFloor()));
    AutomaticRescueSpec automatic = rescue.automatic();
    if (automatic.enabled()) {
      lines.put("rescue.automatic.enabled", "true");
      lines.put("rescue.automatic.evaluations", Integer.toString(automatic.evaluations()));
      lines.put("rescue.automatic.maximum", Integer.toString(automatic.maximum()));
    }
  }

  private static void teacher(TeacherSpec teacher, Map<String, String> lines) {
    lines.put("teacher.mode", Choices.label(teacher.mode()));
    lines.put("teacher.teacher-seeds", list(teacher.teacherSeeds()));
    lines.put("teacher.components", list(teacher.components()));
    lines.put("teacher.pca", list(teacher.pca()));
    lines.put(
        "teacher.covariance", list(teacher.covariance().stream().map(Choices::label).toList()));
    lines.put(
        "teacher.temperature", list(teacher.temperature().stream().map(Numbers::text).toList()));
    lines.put("teacher.floor", Numbers.text(teacher.floor()));
  }

  private static void vae(VaeSpec vae, Map<String, String> lines) {
    lines.put("vae.latent", Integer.toString(vae.latent()));
    lines.put("vae.channels", list(vae.channels()));
    lines.put("vae.beta", Numbers.text(vae.beta()));
    lines.put("vae.likelihood", Choices.label(vae.likelihood()));
    lines.put("vae.witness", Choices.label(vae.witness()));
    if (vae.witness() == VaeSpec.Witness.LINEAR) {
      lines.put("vae.witness-init", Choices.label(vae.witnessInit()));
    }
  }

  /** Without a margin guard the text is the one from before there was any. */
  private static void alignment(AlignmentSpec alignment, Map<String, String> lines) {
    lines.put("alignment.weight", Numbers.text(alignment.weight()));
    lines.put("alignment.safety-margin", Numbers.text(alignment.safetyMarginNats()));
    lines.put("alignment.confidence", Numbers.text(alignment.confidence()));
    lines.put("alignment.samples", Integer.toString(alignment.samples()));
    MarginGuardSpec guard = alignment.guard();
    if (guard.enabled()) {
      lines.put("alignment.guard.enabled", "true");
      lines.put("alignment.guard.band", Numbers.text(guard.bandNats()));
      lines.put("alignment.guard.factor", Numbers.text(guard.factor()));
      lines.put("alignment.guard.maximum-weight", Numbers.text(guard.maximumWeight()));
      lines.put("alignment.guard.images", Integer.toString(guard.images()));
    }
  }

  private static void training(TrainingSpec training, Map<String, String> lines) {
    lines.put("training.epochs", Integer.toString(training.epochs()));
    lines.put("training.batch", Integer.toString(training.batch()));
    lines.put("training.learning-rate", Numbers.text(training.learningRate()));
    lines.put("training.evaluate-every", interval(training.evaluateEvery()));
    // In single precision the text is the one from before there was any other.
    training
        .precision()
        .ifPresent(precision -> lines.put("training.precision", Choices.label(precision)));
    training
        .armEpochs()
        .forEach(
            (arm, epochs) ->
                lines.put("training.arm-epochs." + arm.label(), Integer.toString(epochs)));
  }

  private static void collapse(CollapseSpec collapse, Map<String, String> lines) {
    lines.put("collapse.kl-target", Numbers.text(collapse.klTargetNats()));
    lines.put("collapse.double-beta-every", interval(collapse.doubleBetaEvery()));
    lines.put("collapse.maximum-beta", Numbers.text(collapse.maximumBeta()));
    lines.put("collapse.maximum-epochs", Integer.toString(collapse.maximumEpochs()));
  }

  private static String interval(Interval interval) {
    return Numbers.text(interval.amount()) + " " + Choices.label(interval.unit());
  }

  private static String list(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
