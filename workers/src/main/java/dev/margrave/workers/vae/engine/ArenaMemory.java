package dev.margrave.workers.vae.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.internal.memory.AbstractMemoryMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arrays of one session, allocated by its first run and used again by every later one.
 *
 * <p>SameDiff's own managers leave arrays to the garbage collector, which does not see native
 * memory: a run's resident memory then depends on the collector's mood (4.3 GB were seen where 0.4
 * GB suffice). Within one run no array is used twice. All arrays are in C order, whatever order an
 * operation suggests: mixed orders make element-wise operations several times slower.
 *
 * <p>An array is valid until {@link #recycle}; the caller copies what it keeps.
 */
final class ArenaMemory extends AbstractMemoryMgr {

  private record Kind(DataType type, List<Long> shape) {}

  private final Map<Kind, Deque<INDArray>> free = new HashMap<>();
  private final Map<Kind, List<INDArray>> used = new HashMap<>();
  private long allocatedBytes;

  @Override
  public INDArray allocate(boolean detached, DataType type, long... shape) {
    Kind kind = new Kind(type, Arrays.stream(shape).boxed().toList());
    Deque<INDArray> waiting = free.get(kind);
    INDArray array = waiting == null ? null : waiting.poll();
    if (array == null) {
      array = Nd4j.createUninitialized(type, shape);
      allocatedBytes += array.length() * type.width();
    }
    used.computeIfAbsent(kind, key -> new ArrayList<>()).add(array);
    return array;
  }

  @Override
  public INDArray allocate(boolean detached, LongShapeDescriptor descriptor) {
    return allocate(detached, descriptor.dataType(), descriptor.getShape());
  }

  /** Does nothing: what a run has allocated stays its own until the run is over. */
  @Override
  public void release(INDArray array) {}

  /** Makes every array free again, for the next run. */
  void recycle() {
    used.forEach(
        (kind, arrays) -> free.computeIfAbsent(kind, key -> new ArrayDeque<>()).addAll(arrays));
    used.clear();
  }

  /** Native memory held, in bytes. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  /** Frees all native memory at once. */
  @Override
  public void close() {
    recycle();
    free.values().forEach(arrays -> arrays.forEach(Tensors::close));
    free.clear();
    allocatedBytes = 0;
  }
}
