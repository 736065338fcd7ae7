package dev.margrave.protocol.spec.loading;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.AutomaticRescueSpec;
import dev.margrave.protocol.spec.CollapseSpec;
import dev.margrave.protocol.spec.DatasetSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.MarginGuardSpec;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.protocol.spec.ResourceSpec;
import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.protocol.spec.TrainerSpec;
import dev.margrave.protocol.spec.TrainingSpec;
import dev.margrave.protocol.spec.VaeSpec;
import dev.margrave.protocol.worker.ComputeCapability;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The sections of an experiment file, one method and one record each. */
final class SpecReader {
  /** Data sets that {@code dataset.name} may name. */
  static final List<String> DATASETS =
      List.of(
          "shapes",
          "cifar10",
          "cifar100",
          "tiny-imagenet-200",
          "fashion-mnist",
          "mnist",
          "image-folder");

  /** Those that are made of picture files, which can be brought to another size. */
  private static final List<String> PICTURES = List.of("tiny-imagenet-200", "image-folder");

  /** That a stage may ask for; the first says that it does not matter. */
  private static final Choices<String> ENGINES =
      Choices.of(List.of("", "nd4j", "libtorch"), name -> name.isEmpty() ? "any" : name);

  private static final Choices<Arm> ARMS = Choices.of(Arrays.asList(Arm.values()), Arm::label);
  private static final Choices<String> DATASET_NAMES = Choices.of(DATASETS, name -> name);

  /** Most images are 32 pixels wide: the sixth halving would leave nothing. */
  private static final int MOST_CONVOLUTIONS = 5;

  /** Below it there is nothing to halve; above it a training would not end. */
  private static final Range SIZE = Range.between(8, 256);

  private static final Range WIDTH = Range.between(1, 65_536);

  private final Section experiment;
  private final Section teacher;
  private final Section training;
  private final Section dataset;
  private final Section vae;

  SpecReader(
      ConfigObject given, ConfigObject defaults, ConfigOrigin origin, List<SpecProblem> problems) {
    this.experiment = new Section("experiment", given, defaults, origin, problems);
    this.dataset = experiment.section("dataset");
    this.teacher = experiment.section("teacher");
    this.training = experiment.section("training");
    this.vae = experiment.section("vae");
  }

  /** The spec; worthless when problems were found. */
  ExperimentSpec read() {
    ExperimentSpec spec =
        new ExperimentSpec(
            name(),
            dataset(),
            experiment.seeds("seeds", true),
            teacher(),
            vae(),
            alignment(),
            training(),
            collapse(),
            rescue(),
            arms(),
            resources(),
            trainer(),
            Optional.of(new BaselinesReader(experiment.section("baselines")).read()));
    experiment.refuseUnknownKeys();
    checkSizes(spec);
    return spec;
  }

  private String name() {
    String name = experiment.text("name");
    if (!name.isEmpty() && !ExperimentId.isName(name)) {
      experiment.refuse(
          "name",
          "is '"
              + name
              + "'; 1 to 100 letters, digits, '.', '-' or '_' are wanted, a letter or digit first");
    }
    return name;
  }

  private DatasetSpec dataset() {
    String name = dataset.choice("name", DATASET_NAMES);
    Optional<String> path = dataset.optionalText("path");
    DatasetSpec spec =
        new DatasetSpec(
            name,
            path,
            dataset.integer("train", Range.atLeast(2)),
            dataset.integer("evaluate", Range.atLeast(2)),
            dataset.optionalInteger("size", SIZE),
            dataset.optionalInteger("channels", Range.between(1, 3)));
    if (spec.channels().equals(Optional.of(2))) {
      dataset.refuse("channels", "is 2; 1, grey, or 3, colour, is wanted");
    }
    dataset.refuseUnknownKeys();
    return spec;
  }

  private TeacherSpec teacher() {
    TeacherSpec spec =
        new TeacherSpec(
            teacher.choice("mode", Choices.of(TeacherSpec.Mode.class)),
            teacher.seeds("teacher-seeds", false),
            teacher.integers("components", Range.between(2, 4096)),
            teacher.integers("pca", WIDTH),
            teacher.choices("covariance", Choices.of(TeacherSpec.Covariance.class)),
            teacher.numbers("temperature", Range.above(0)),
            teacher.number("floor", Range.strictlyBetween(0, 1)));
    teacher.refuseUnknownKeys();
    if (spec.mode() == TeacherSpec.Mode.FIXED && spec.teacherSeeds().isEmpty()) {
      teacher.refuse(
          "mode", "is fixed, but no teacher is named; add teacher-seeds = [11], or more seeds");
    }
    if (spec.mode() == TeacherSpec.Mode.PER_SEED && !spec.teacherSeeds().isEmpty()) {
      teacher.refuse(
          "teacher-seeds", "are for the mode fixed; set mode = fixed or leave teacher-seeds out");
    }
    return spec;
  }

  private VaeSpec vae() {
    VaeSpec.Witness witness = vae.choice("witness", Choices.of(VaeSpec.Witness.class));
    VaeSpec spec =
        new VaeSpec(
            vae.integer("latent", WIDTH),
            vae.sequence("channels", WIDTH, MOST_CONVOLUTIONS),
            vae.number("beta", Range.notNegative()),
            vae.choice("likelihood", Choices.of(VaeSpec.Likelihood.class)),
            witness,
            witnessInit(witness));
    vae.refuseUnknownKeys();
    return spec;
  }

  private VaeSpec.WitnessInit witnessInit(VaeSpec.Witness witness) {
    VaeSpec.WitnessInit init = vae.choice("witness-init", Choices.of(VaeSpec.WitnessInit.class));
    if (witness == VaeSpec.Witness.LINEAR) {
      return init;
    }
    if (vae.isGiven("witness-init")) {
      vae.refuse(
          "witness-init",
          "is for the linear witness, a simplex has no weights; leave it out, or set witness ="
              + " linear");
    }
    return VaeSpec.WitnessInit.BOUNDARY;
  }

  private AlignmentSpec alignment() {
    Section alignment = experiment.section("alignment");
    double weight = alignment.number("weight", Range.above(0));
    AlignmentSpec spec =
        new AlignmentSpec(
            weight,
            alignment.number("safety-margin", Range.notNegative()),
            alignment.number("confidence", new Range(0.5, true, 1, false)),
            alignment.integer("samples", Range.between(1, 1000)),
            marginGuard(alignment.section("guard"), weight));
    alignment.refuseUnknownKeys();
    return spec;
  }

  private static MarginGuardSpec marginGuard(Section guard, double weight) {
    int before = guard.problemCount();
    MarginGuardSpec spec =
        new MarginGuardSpec(
            guard.flag("enabled"),
            guard.number("band", Range.above(0)),
            guard.number("factor", Range.above(1)),
            guard.number("maximum-weight", Range.above(0)),
            guard.integer("images", Range.between(2, 1_000_000_000)));
    guard.refuseUnknownKeys();
    if (!spec.enabled()) {
      return MarginGuardSpec.OFF;
    }
    if (guard.problemCount() == before && spec.maximumWeight() < weight) {
      guard.refuse(
          "maximum-weight",
          "is %s, less than alignment.weight = %s; raise the one or lower the other"
              .formatted(Numbers.text(spec.maximumWeight()), Numbers.text(weight)));
    }
    return spec;
  }

  private TrainingSpec training() {
    TrainingSpec spec =
        new TrainingSpec(
            training.integer("epochs", Range.between(1, 1_000_000)),
            armEpochs(training.section("arm-epochs")),
            training.integer("batch", Range.between(1, 1_000_000)),
            training.number("learning-rate", Range.above(0)),
            training.interval("evaluate-every"),
            Optional.of(training.choice("precision", Choices.of(TrainingSpec.Precision.class))),
            training.duration("checkpoint-every"));
    training.refuseUnknownKeys();
    return spec;
  }

  private static Map<Arm, Integer> armEpochs(Section section) {
    Map<Arm, Integer> epochs = new EnumMap<>(Arm.class);
    for (Map.Entry<String, ConfigValue> entry : section.entries().entrySet()) {
      Optional<Arm> arm = ARMS.find(entry.getKey());
      if (arm.isEmpty()) {
        section.unknownKey(entry.getKey(), entry.getValue(), new TreeSet<>(ARMS.labels()));
      } else if (arm.get() == Arm.COLLAPSE) {
        section.refuse(
            entry.getKey(), "cannot be set; the collapse arm's limit is collapse.maximum-epochs");
      } else {
        Range range = Range.between(1, 1_000_000);
        epochs.put(arm.get(), (int) section.asWhole(entry.getKey(), entry.getValue(), range));
      }
    }
    return epochs;
  }

  private CollapseSpec collapse() {
    Section collapse = experiment.section("collapse");
    CollapseSpec spec =
        new CollapseSpec(
            collapse.number("kl-target", Range.above(0)),
            collapse.interval("double-beta-every"),
            collapse.number("maximum-beta", Range.above(0)),
            collapse.integer("maximum-epochs", Range.between(1, 1_000_000)));
    collapse.refuseUnknownKeys();
    return spec;
  }

  private RescueSpec rescue() {
    Section rescue = experiment.section("rescue");
    RescueSpec spec =
        new RescueSpec(
            rescue.number("code-gradient-floor", Range.notNegative()),
            rescue.number("head-gradient-floor", Range.notNegative()),
            automatic(rescue.section("automatic")));
    rescue.refuseUnknownKeys();
    return spec;
  }

  private static AutomaticRescueSpec automatic(Section automatic) {
    boolean enabled = automatic.flag("enabled");
    int evaluations = automatic.integer("evaluations", Range.between(1, 1000));
    int maximum = automatic.integer("maximum", Range.between(1, 100));
    automatic.refuseUnknownKeys();
    return enabled ? new AutomaticRescueSpec(true, evaluations, maximum) : AutomaticRescueSpec.OFF;
  }

  private List<Arm> arms() {
    int before = experiment.problemCount();
    List<Arm> arms = experiment.choices("arms", ARMS);
    if (experiment.problemCount() > before) {
      return arms;
    }
    for (Arm arm : arms) {
      arm.startsFrom()
          .filter(start -> !arms.contains(start))
          .ifPresent(
              start ->
                  experiment.refuse(
                      "arms",
                      "has '%s', which starts from '%s'; add '%s', or leave '%s' out"
                          .formatted(arm.label(), start.label(), start.label(), arm.label())));
    }
    return arms;
  }

  /** None without a command. */
  private Optional<TrainerSpec> trainer() {
    Section section = experiment.section("trainer");
    TrainerSpec spec =
        new TrainerSpec(
            section.texts("command"), section.duration("grace"), section.duration("silence"));
    section.refuseUnknownKeys();
    return spec.command().isEmpty() ? Optional.empty() : Optional.of(spec);
  }

  private static void checkGpus(Section resources, ResourceSpec spec) {
    String capability = spec.computeCapability();
    if (capability.isEmpty()) {
      return;
    }
    if (ComputeCapability.parse(capability).isEmpty()) {
      resources.refuse(
          "compute-capability",
          "is '%s'; a GPU's major and minor number is wanted, as \"8.0\"".formatted(capability));
    } else if (spec.gpus() == 0) {
      resources.refuse(
          "compute-capability",
          "is %s, of GPUs, and resources.gpus is 0; ask for one, or leave this out"
              .formatted(capability));
    }
  }

  private ResourceSpec resources() {
    Section resources = experiment.section("resources");
    ResourceSpec spec =
        new ResourceSpec(
            resources.integer("gpus", Range.between(0, 1024)),
            resources.integer("priority", Range.between(-1000, 1000)),
            resources.integer("max-attempts", Range.between(1, 100)),
            resources.integer("max-parallel", Range.between(0, 1_000_000)),
            resources.bytes("memory"),
            resources.choice("engine", ENGINES),
            resources.text("compute-capability"));
    resources.refuseUnknownKeys();
    checkGpus(resources, spec);
    return spec;
  }

  /** What two keys must agree on; only asked of values that are valid one by one. */
  private void checkSizes(ExperimentSpec spec) {
    if (experiment.problemCount() > 0) {
      return;
    }
    int train = spec.dataset().train();
    if (spec.training().batch() > train) {
      training.refuse(
          "batch",
          "is %d, more than dataset.train = %d images; lower the one or raise the other"
              .formatted(spec.training().batch(), train));
    }
    spec.arms().stream()
        .filter(arm -> spec.trainer().isPresent() && arm.isBaseline())
        .findFirst()
        .ifPresent(
            arm ->
                experiment.refuse(
                    "arms",
                    "has %s, whose objective trainer.command cannot be told; leave it out"
                        .formatted(arm.label())));
    if (spec.trainer().isPresent()
        && (spec.alignment().guard().enabled() || spec.rescue().automatic().enabled())) {
      experiment.refuse(
          "trainer",
          "cannot go with alignment.guard or rescue.automatic, which steer an engine; disable them");
    }
    if (spec.training().precision().isPresent() && spec.resources().engine().equals("nd4j")) {
      training.refuse(
          "precision",
          "is another than float32, in which alone resources.engine = nd4j trains; ask for libtorch");
    }
    int components = Collections.max(spec.teacher().components());
    if (components > train) {
      teacher.refuse(
          "components",
          "has %d, more than dataset.train = %d images; lower the one or raise the other"
              .formatted(components, train));
    }
    if (spec.vae().witness() == VaeSpec.Witness.SIMPLEX && spec.vae().latent() < components - 1) {
      vae.refuse(
          "latent",
          ("is %d, but the simplex witness of teacher.components = %d needs %d; raise it, lower"
                  + " teacher.components, or set witness = linear")
              .formatted(spec.vae().latent(), components, components - 1));
    }
    checkPictures(spec.dataset(), spec.vae().channels().size());
    checkBaselines(spec);
  }

  private void checkPictures(DatasetSpec spec, int halvings) {
    if (!PICTURES.contains(spec.name())) {
      refusePictureKey("size", spec.name(), spec.size());
      refusePictureKey("channels", spec.name(), spec.channels());
      return;
    }
    int size = spec.size().orElse(DatasetSpec.PICTURE_SIZE);
    int step = 1 << halvings;
    if (size % step != 0) {
      dataset.refuse(
          "size",
          "is %d, which the %d vae.channels cannot halve %d times; give a multiple of %d"
              .formatted(size, halvings, halvings, step));
    }
  }

  private void refusePictureKey(String key, String name, Optional<Integer> value) {
    if (value.isPresent()) {
      dataset.refuse(
          key,
          "is for %s; %s has its own, leave it out"
              .formatted(String.join(" and ", PICTURES), name));
    }
  }

  private void checkBaselines(ExperimentSpec spec) {
    int latent = spec.vae().latent();
    if (spec.arms().contains(Arm.BASELINE_FREE_BITS)) {
      int groupSize = spec.baselines().orElseThrow().freeBits().groupSize();
      if (latent % groupSize != 0) {
        experiment
            .section("baselines")
            .section("free-bits")
            .refuse(
                "group-size",
                "is %d, which does not divide vae.latent = %d; change the one or the other"
                    .formatted(groupSize, latent));
      }
    }
  }
}
