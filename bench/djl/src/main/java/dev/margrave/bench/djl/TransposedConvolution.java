package dev.margrave.bench.djl;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * libtorch's transposed convolution of kernel 4, stride 2, padding 1. DJL's PyTorch engine has none
 * ({@code deconvolution} is not implemented), but it runs TorchScript, gradients included: this is
 * a module without parameters of which {@code forward} is that one call.
 */
final class TransposedConvolution implements AutoCloseable {
  private static final String SOURCE =
      """
      class Doubling(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Doubling,
          x: Tensor,
          weight: Tensor,
          bias: Tensor) -> Tensor:
          return torch.conv_transpose2d(x, weight, bias, [2, 2], [1, 1], [0, 0], 1, [1, 1])
      """;

  /** A pickled {@code __torch__.Doubling} whose state is {@code {"training": True}}. */
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nDoubling\n)\u0081}(X\b\0\0\0training\u0088ub.";

  /** A pickled empty tuple. */
  private static final String NOTHING = "\u0080\u0002).";

  private final Model model = Model.newInstance("doubling", "PyTorch");
  private final Block block;
  private final ParameterStore store;

  TransposedConvolution() throws IOException, MalformedModelException {
    model.load(new ByteArrayInputStream(archive()));
    block = model.getBlock();
    store = new ParameterStore(model.getNDManager(), false);
  }

  /**
   * Convolves, gradients included.
   *
   * @param x {@code [N, in, H, W]}
   * @param weight {@code [in, out, 4, 4]}
   * @param bias {@code [out]}
   * @return {@code [N, out, 2H, 2W]}
   */
  NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    return block.forward(store, new NDList(x, weight, bias), true).singletonOrThrow();
  }

  private static byte[] archive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", OBJECT);
      put(zip, "code/__torch__.py", SOURCE);
      put(zip, "constants.pkl", NOTHING);
      put(zip, "version", "3\n");
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    ZipEntry entry = new ZipEntry("doubling/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  @Override
  public void close() {
    model.close();
  }
}
