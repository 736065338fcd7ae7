package dev.margrave.bench.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Trains the reference network in DJL's PyTorch engine, as a process of its own: {@code DjlSteps
 * FILE WARM STEPS LAYOUT}. Its last line is images per second of the median step, peak resident MB,
 * and the loss of the first three steps.
 */
public final class DjlSteps {
  private static final float LEARNING_RATE = 1e-3f;
  private static final int TOLD = 3;

  private final Reference reference;
  private final boolean channelsLast;
  private final NDManager manager;
  private final Network network;
  private final Optimizer adam =
      Adam.builder().optLearningRateTracker(Tracker.fixed(LEARNING_RATE)).build();

  private DjlSteps(Reference reference, boolean channelsLast, NDManager manager, Network network) {
    this.reference = reference;
    this.channelsLast = channelsLast;
    this.manager = manager;
    this.network = network;
  }

  /** Trains, and says how fast. */
  public static void main(String[] arguments) throws Exception {
    Reference reference = Reference.read(Path.of(arguments[0]));
    int warm = Integer.parseInt(arguments[1]);
    int steps = Integer.parseInt(arguments[2]);
    boolean channelsLast = arguments[3].equals("nhwc");
    try (NDManager manager = NDManager.newBaseManager(null, "PyTorch");
        Network network = new Network(reference, manager)) {
      new DjlSteps(reference, channelsLast, manager, network).run(warm, steps);
    }
  }

  private void run(int warm, int steps) throws IOException {
    StringBuilder losses = new StringBuilder();
    for (int step = 0; step < warm; step++) {
      float loss = step(step);
      if (step < TOLD) {
        losses.append(String.format(Locale.ROOT, " %.4f", loss));
      }
    }
    double busy = processorSeconds();
    double[] seconds = new double[steps];
    float loss = 0;
    for (int step = 0; step < steps; step++) {
      long began = System.nanoTime();
      loss = step(warm + step);
      seconds[step] = (System.nanoTime() - began) / 1e9;
    }
    busy = processorSeconds() - busy;
    Arrays.sort(seconds);
    System.out.println(Engine.getInstance() + ", last loss " + loss);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%.1f %.1f %.1f%s",
            reference.batch() / seconds[steps / 2],
            peakMegabytes(),
            steps * reference.batch() / busy,
            losses));
  }

  private float step(int step) {
    Reference.Step batch = reference.steps().get(step % reference.steps().size());
    try (NDManager own = manager.newSubManager();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray image = image(own, batch.images());
      NDArray teacher = array(own, batch.teacher());
      NDArray noise =
          step < reference.steps().size()
              ? array(own, batch.noise())
              : own.randomNormal(new Shape(batch.noise().shape()));
      NDArray loss = network.loss(image, teacher, noise, 1, 1);
      collector.backward(loss);
      network
          .weights()
          .forEach(
              (name, weight) -> {
                NDArray gradient = weight.getGradient();
                gradient.attach(own);
                adam.update(name, weight, gradient);
                gradient.subi(gradient);
              });
      return loss.getFloat();
    }
  }

  /** Channels last in memory is a view of the product's own order; else it is copied. */
  private NDArray image(NDManager own, Reference.Tensor images) {
    NDArray view = array(own, images).transpose(0, 3, 1, 2);
    if (channelsLast) {
      return view;
    }
    Shape shape = view.getShape();
    // A row per image is laid out anew.
    return view.reshape(shape.get(0), -1).reshape(shape);
  }

  private static NDArray array(NDManager own, Reference.Tensor tensor) {
    return own.create(tensor.values(), new Shape(tensor.shape()));
  }

  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  private static double peakMegabytes() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(text -> text.startsWith("VmHWM"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
  }
}
