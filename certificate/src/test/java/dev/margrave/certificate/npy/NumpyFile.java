package dev.margrave.certificate.npy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Files that NumPy 2.4.6 wrote, their bytes in hexadecimal but for the dictionary and the spaces
 * after it:
 *
 * <pre>
 *   from numpy import *; from numpy.lib import format; import io
 *   a = array([[1.5, -2, 0.25], [4, 5, 6]]); b = arange(24.).reshape(2, 3, 4)
 *   out = io.BytesIO(); format.write_array(out, ARRAY); print(out.getvalue().hex())
 * </pre>
 */
enum NumpyFile {
  /** ARRAY is {@code a.astype('<f8')}. */
  LITTLE_DOUBLE(
      "934e554d505901007600",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
      58,
      "000000000000f83f00000000000000c0000000000000d03f000000000000104000000000000014400000000000001840",
      "2, 3"),
  /** ARRAY is {@code a.astype('<f4')}. */
  LITTLE_FLOAT(
      "934e554d505901007600",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
      58,
      "0000c03f000000c00000803e000080400000a0400000c040",
      "2, 3"),
  /** ARRAY is {@code a.astype('>f8')}. */
  BIG_DOUBLE(
      "934e554d505901007600",
      "{'descr': '>f8', 'fortran_order': False, 'shape': (2, 3), }",
      58,
      "3ff8000000000000c0000000000000003fd0000000000000401000000000000040140000000000004018000000000000",
      "2, 3"),
  /** ARRAY is {@code a.astype('>f4')}. */
  BIG_FLOAT(
      "934e554d505901007600",
      "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }",
      58,
      "3fc00000c00000003e8000004080000040a0000040c00000",
      "2, 3"),
  /** ARRAY is {@code asfortranarray(a)}. */
  FORTRAN_DOUBLE(
      "934e554d505901007600",
      "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }",
      59,
      "000000000000f83f000000000000104000000000000000c00000000000001440000000000000d03f0000000000001840",
      "2, 3"),
  /** ARRAY is {@code asfortranarray(a.astype('>f4'))}. */
  BIG_FORTRAN_FLOAT(
      "934e554d505901007600",
      "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }",
      59,
      "3fc0000040800000c000000040a000003e80000040c00000",
      "2, 3"),
  /** ARRAY is {@code a, version=(2, 0)}. */
  VERSION_2(
      "934e554d5059020074000000",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
      56,
      "000000000000f83f00000000000000c0000000000000d03f000000000000104000000000000014400000000000001840",
      "2, 3"),
  /** ARRAY is {@code asfortranarray(a.astype('<f4')), version=(3, 0)}. */
  VERSION_3(
      "934e554d5059030074000000",
      "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }",
      57,
      "0000c03f00008040000000c00000a0400000803e0000c040",
      "2, 3"),
  /** ARRAY is {@code array([7.5])}. */
  ONE_DIMENSION(
      "934e554d505901007600",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
      60,
      "0000000000001e40",
      "1"),
  /** ARRAY is {@code b.astype('<f4')}. */
  THREE_DIMENSIONS(
      "934e554d505901007600",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }",
      55,
      "000000000000803f0000004000004040000080400000a0400000c0400000e0400000004100001041000020410000304100004041000050410000604100007041000080410000884100009041000098410000a0410000a8410000b0410000b841",
      "2, 3, 4"),
  /** ARRAY is {@code asfortranarray(b.astype('<f4'))}. */
  THREE_FORTRAN_DIMENSIONS(
      "934e554d505901007600",
      "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 4), }",
      56,
      "00000000000040410000804000008041000000410000a0410000803f000050410000a04000008841000010410000a84100000040000060410000c04000009041000020410000b04100004040000070410000e04000009841000030410000b841",
      "2, 3, 4"),
  /** ARRAY is {@code zeros((0, 3))}. */
  EMPTY(
      "934e554d505901007600",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }",
      58,
      "",
      "0, 3");

  private final String hexadecimal;
  private final String shape;

  NumpyFile(String preamble, String dictionary, int spaces, String data, String shape) {
    String text = dictionary + " ".repeat(spaces) + "\n";
    this.hexadecimal = preamble + HexFormat.of().formatHex(text.getBytes(ISO_8859_1)) + data;
    this.shape = shape;
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hexadecimal);
  }

  List<Long> shape() {
    return Arrays.stream(shape.split(", ", -1)).map(Long::valueOf).toList();
  }
}
