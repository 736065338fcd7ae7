package dev.margrave.workers.vae.engine;

import java.util.List;

/**
 * The computation graph that trains, for the structural half of the latent-only audit: every path
 * from {@code image} to {@code witness} must pass through {@code code}.
 *
 * <p>Variables are edges: a node reads the variables in {@code inputs} and writes those in {@code
 * outputs}. Parameters and constants are variables that no node writes.
 *
 * @param nodes the operations, in the order in which they were built
 * @param image variable of the input images
 * @param teacher variable of the teacher's rows
 * @param noise variable of the reparameterisation noise
 * @param code variable of the sampled latent code z
 * @param witness variable of the witness's logits
 * @param parameters variables that training changes
 */
public record GraphDescription(
    List<Node> nodes,
    String image,
    String teacher,
    String noise,
    String code,
    String witness,
    List<String> parameters) {

  public GraphDescription {
    nodes = List.copyOf(nodes);
    parameters = List.copyOf(parameters);
  }

  /**
   * One operation.
   *
   * @param name unique in the graph
   * @param operation as in {@code conv2d}
   * @param inputs variables read
   * @param outputs variables written
   */
  public record Node(String name, String operation, List<String> inputs, List<String> outputs) {
    public Node {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }
}
