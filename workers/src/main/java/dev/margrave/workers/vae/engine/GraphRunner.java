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
  }

  /** SameDiff's session with two operations replaced by faster ones of the same result. */
  private static final class Session extends InferenceSession {

    private final FastDoubling doubling = new FastDoubling();

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
      return super.doExec(
          operation,
          context,
          frame,
          inputs,
          allIterationInputs,
          constantsAndPlaceholders,
          otherPlaceholders);
    }
  }
}
