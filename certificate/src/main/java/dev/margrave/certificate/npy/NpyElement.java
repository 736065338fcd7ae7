package dev.margrave.certificate.npy;

/** The kinds of number that are read and written. */
public enum NpyElement {
  /** IEEE single precision, NumPy's {@code f4}. */
  FLOAT32("f4", Float.BYTES),
  /** IEEE double precision, NumPy's {@code f8}. */
  FLOAT64("f8", Double.BYTES);

  private final String code;
  private final int bytes;

  NpyElement(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** NumPy's code, without the byte order. */
  String code() {
    return code;
  }

  /** Bytes per number. */
  public int bytes() {
    return bytes;
  }
}
