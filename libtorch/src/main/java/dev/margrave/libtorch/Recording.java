package dev.margrave.libtorch;

import dev.margrave.workers.vae.engine.GraphDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Names what a run computes from what, as it is computed: libtorch has no graph before it runs, so
 * the graph that is audited is that of a run.
 */
final class Recording {
  /** A tensor, and the name of the variable that it is. */
  record Variable(String name, Tensor tensor) {}

  /** One operation on tensors. */
  @FunctionalInterface
  interface Operation {
    Tensor apply(Tensor[] inputs);
  }

  private final List<GraphDescription.Node> nodes = new ArrayList<>();

  /** A variable that nothing computes: an input, a weight. */
  Variable given(String name, Tensor tensor) {
    return new Variable(name, tensor);
  }

  /** Computes an anonymous variable. */
  Variable apply(String operation, Operation with, Variable... inputs) {
    return name(operation + "." + nodes.size(), operation, with, inputs);
  }

  /** Computes the variable of that name. */
  Variable name(String name, String operation, Operation with, Variable... inputs) {
    nodes.add(
        new GraphDescription.Node(
            name, operation, Arrays.stream(inputs).map(Variable::name).toList(), List.of(name)));
    return new Variable(
        name, with.apply(Arrays.stream(inputs).map(Variable::tensor).toArray(Tensor[]::new)));
  }

  /** In the order in which they ran. */
  List<GraphDescription.Node> nodes() {
    return List.copyOf(nodes);
  }
}
