package dev.margrave.app.text;

/** Text in HTML and XML, as content or as the value of an attribute. */
public final class Xml {
  private static final char REPLACEMENT = '\uFFFD';

  private Xml() {}

  /** With every letter that means something escaped; those that XML cannot hold are replaced. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            letter -> {
              switch (letter) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isAllowed(letter) ? letter : REPLACEMENT);
              }
            });
    return escaped.toString();
  }

  /** Neither a control character, nor half of a pair, nor no letter at all. */
  private static boolean isAllowed(int letter) {
    return letter == '\n'
        || letter == '\t'
        || (letter >= 0x20 && letter < 0x7F)
        || (letter > 0x9F && letter < 0xD800)
        || (letter > 0xDFFF && letter < 0xFFFE)
        || (letter > 0xFFFF && (letter & 0xFFFE) != 0xFFFE);
  }
}
