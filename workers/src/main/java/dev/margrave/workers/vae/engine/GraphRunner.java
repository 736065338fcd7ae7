package dev.margrave.workers.vae.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.config.ExecutionResult;
import org.nd4j.autodiff.samediff.config.SDValue;
import org.nd4j.autodiff.samediff.internal.FrameIter;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;

/** Runs one graph, or its gradient function, in memory of its own that does not grow. */
final class GraphRunner implements AutoCloseable {

  private final Session session;
  private final ArenaMemory memory = new ArenaMemory();

  GraphRunner(SameDiff graph) {
    session = new Session(graph);
    session.setMmgr(memory);
  }

  /** The named variables; their arrays are valid until the next run. */
  Map<String, INDArray> run(List<String> variables, Map<String, INDArray> placeholders) {
    memory.recycle();
    return session.output(variables, placeholders, null, Set.of(), List.of(), At.defaultAt());
  }

  /** Native memory held, in bytes. */
  long allocatedBytes() {
    return memory.allocatedBytes();
  }

  @Override
  public void close() {
    memory.close();
    session.doubling.close();
    session.gradients.close();
  }

  /** SameDiff's session with some operations replaced by faster ones of the same result. */
  private static final class Session extends InferenceSession {

    private final FastDoubling doubling = new FastDoubling();
    private final PatchGradients gradients = new PatchGradients();

    Session(SameDiff graph) {
      super(graph);
    }

    @Override
    public ExecutionResult doExec(
        DifferentialFunction operation,
        OpContext context,
        FrameIter frame,
        Set<VarId> inputs,
        Set<VarId> allIterationInputs,
        Set<String> constantsAndPlaceholders,
        Map<String, SDValue> otherPlaceholders) {
      if (operation.opName().equals(RectifierGradient.OPERATION)) {
        RectifierGradient.apply(
            context.getInputArray(0), context.getInputArray(1), context.getOutputArray(0));
        return ExecutionResult.createFrom(operation, context);
      }
      if (operation.opName().equals(FastDoubling.OPERATION)
          && FastDoubling.fits(
              context.getInputArray(0), context.getInputArray(1), context.getOutputArray(0))) {
        doubling.apply(
            context.getInputArray(0),
            context.getInputArray(1),
            context.getInputArray(2),
            context.getOutputArray(0));
        return ExecutionResult.createFrom(operation, context);
      }
      if (differentiated(operation, context)) {
        return ExecutionResult.createFrom(operation, context);
      }
      return super.doExec(
          operation,
          context,
          frame,
          inputs,
          allIterationInputs,
          constantsAndPlaceholders,
          otherPlaceholders);
    }

    /** Whether it was a gradient that {@link PatchGradients} computed. */
    private boolean differentiated(DifferentialFunction operation, OpContext context) {
      boolean transposed = operation.opName().equals(PatchGradients.TRANSPOSED);
      // The gradient of an image is read by nobody.
      boolean first =
          operation.opName().equals(PatchGradients.CONVOLUTION)
              && operation.arg(0).name().equals(NetworkGraph.IMAGE);
      if (!transposed && !first) {
        return false;
      }
      INDArray input = context.getInputArray(0);
      INDArray kernel = context.getInputArray(1);
      INDArray gradient = context.getInputArray(3);
      INDArray kernelGradient = context.getOutputArray(1);
      INDArray biasGradient = context.getOutputArray(2);
      if (transposed && PatchGradients.fits(gradient, kernel, input)) {
        gradients.transposed(
            input, kernel, gradient, context.getOutputArray(0), kernelGradient, biasGradient);
        return true;
      }
      if (first && PatchGradients.fits(input, kernel, gradient)) {
        gradients.convolution(input, gradient, kernelGradient, biasGradient);
        return true;
      }
      return false;
    }
  }
}
