package dev.margrave.certificate.npy;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the dictionary of a .npy header: the Python literal that {@code numpy.save} writes, in any
 * order of keys and with any white space.
 */
final class NpyDictionary {
  private static final char END = '\0';
  private static final String KEYS = "'descr', 'fortran_order' or 'shape'";

  private final Path file;
  private final int start;
  private final String text;
  private int at;

  private NpyElement element;
  private ByteOrder byteOrder;
  private boolean fortranOrder;
  private List<Long> shape = List.of();

  /**
   * Prepares to read.
   *
   * @param start where the text begins in the file, in bytes
   */
  NpyDictionary(Path file, int start, String text) {
    this.file = file;
    this.start = start;
    this.text = text;
  }

  NpyHeader header(int version, long dataOffset) throws NpyFormatException {
    Set<String> keys = new HashSet<>();
    expect('{');
    while (next() != '}') {
      int keyAt = at;
      String key = quoted(KEYS);
      if (!keys.add(key)) {
        throw refusal(keyAt, "each key once", "'" + key + "' again");
      }
      expect(':');
      switch (key) {
        case "descr" -> descr();
        case "fortran_order" -> fortranOrder = truth();
        case "shape" -> shape = tuple();
        default -> throw refusal(keyAt, KEYS, "'" + key + "'");
      }
      if (next() != '}') {
        expect(',');
      }
    }
    int closed = at;
    expect('}');
    for (String key : List.of("descr", "fortran_order", "shape")) {
      if (!keys.contains(key)) {
        throw refusal(closed, "the key '" + key + "'", "the end of the dictionary");
      }
    }
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at != text.length() - 1 || text.charAt(at) != '\n') {
      throw refusal(at, "spaces and one newline to end the dictionary", here());
    }
    return new NpyHeader(version, element, byteOrder, fortranOrder, shape, dataOffset);
  }

  private void descr() throws NpyFormatException {
    next();
    int descrAt = at;
    String expected = "a type, '<f4', '>f4', '<f8' or '>f8'";
    String descr = quoted(expected);
    for (NpyElement candidate : NpyElement.values()) {
      if (descr.equals("<" + candidate.code())) {
        element = candidate;
        byteOrder = ByteOrder.LITTLE_ENDIAN;
        return;
      }
      if (descr.equals(">" + candidate.code())) {
        element = candidate;
        byteOrder = ByteOrder.BIG_ENDIAN;
        return;
      }
    }
    throw refusal(
        descrAt, expected + " (in NumPy: save(file, array.astype('float64')))", "'" + descr + "'");
  }

  private boolean truth() throws NpyFormatException {
    next();
    if (text.startsWith("True", at)) {
      at += 4;
      return true;
    }
    if (text.startsWith("False", at)) {
      at += 5;
      return false;
    }
    throw refusal(at, "True or False", here());
  }

  private List<Long> tuple() throws NpyFormatException {
    next();
    int tupleAt = at;
    List<Long> lengths = new ArrayList<>();
    boolean comma = false;
    expect('(');
    while (next() != ')') {
      lengths.add(length());
      comma = next() == ',';
      if (comma) {
        at++;
      } else {
        next(')');
      }
    }
    expect(')');
    boolean single = lengths.size() == 1 && !comma;
    if (single || lengths.isEmpty() || lengths.size() > NpyHeader.MAX_DIMENSIONS) {
      throw refusal(
          tupleAt,
          "a tuple of 1 to %d lengths".formatted(NpyHeader.MAX_DIMENSIONS),
          single ? "a number in parentheses" : lengths.size() + " lengths");
    }
    return List.copyOf(lengths);
  }

  private long length() throws NpyFormatException {
    int first = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(first, at);
    try {
      long length = Long.parseLong(digits);
      if (at < text.length() && text.charAt(at) == 'L') {
        at++; // Python 2 wrote 3L for a long 3.
      }
      return length;
    } catch (NumberFormatException tooLongOrNone) {
      at = first;
      throw refusal(first, "a length from 0 to 2⁶³ − 1", digits.isEmpty() ? here() : digits);
    }
  }

  private String quoted(String expected) throws NpyFormatException {
    char quote = next();
    if (quote != '\'' && quote != '"') {
      throw refusal(at, expected, here());
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw refusal(at, expected, "a quotation mark that is never closed");
    }
    String content = text.substring(at + 1, end);
    at = end + 1;
    return content;
  }

  /** Skips white space; the character then due, which stays unread. */
  private char next() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : END;
  }

  /** Skips white space and checks the character then due, which stays unread. */
  private void next(char due) throws NpyFormatException {
    if (next() != due) {
      throw refusal(at, "'" + due + "'", here());
    }
  }

  private void expect(char due) throws NpyFormatException {
    next(due);
    at++;
  }

  private String here() {
    return at < text.length()
        ? "'" + text.substring(at, Math.min(text.length(), at + 12)).strip() + "'"
        : "the end of the dictionary";
  }

  private NpyFormatException refusal(int position, String expected, String found) {
    return new NpyFormatException(file, start + (long) position, expected, found);
  }
}
