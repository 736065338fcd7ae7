package dev.margrave.app.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.Set;
import java.util.function.Consumer;

/** What may stand at a key, by what stands there by default. */
enum SettingKind {
  SECTION("a section { ... }"),
  LIST("a list [ ... ]"),
  FLAG("true or false"),
  WHOLE("a whole number"),
  NUMBER("a number"),
  TIME("a time, as 10 s,"),
  SIZE("a size, as 64 KiB,"),
  TEXT("a text");

  private static final String KEY = "value";
  private static final Set<String> FLAGS = Set.of("true", "false", "yes", "no", "on", "off");
  private static final String WITH_UNIT = "\\d+(\\.\\d+)?\\s*[A-Za-z]+";

  private final String words;

  SettingKind(String words) {
    this.words = words;
  }

  /** In a message, before "is wanted". */
  String words() {
    return words;
  }

  static SettingKind of(ConfigValue byDefault) {
    return switch (byDefault.valueType()) {
      case OBJECT -> SECTION;
      case LIST -> LIST;
      case BOOLEAN -> FLAG;
      case NUMBER -> whole(byDefault) ? WHOLE : NUMBER;
      case STRING, NULL -> ofText(byDefault);
    };
  }

  private static SettingKind ofText(ConfigValue byDefault) {
    if (flag(byDefault)) {
      return FLAG;
    }
    if (!text(byDefault).matches(WITH_UNIT)) {
      return TEXT;
    }
    if (reads(byDefault, config -> config.getDuration(KEY))) {
      return TIME;
    }
    return reads(byDefault, config -> config.getBytes(KEY)) ? SIZE : TEXT;
  }

  /** Whether its reader can make something of it. What comes from the environment is a text. */
  boolean accepts(ConfigValue value) {
    return switch (this) {
      case SECTION -> value.valueType() == ConfigValueType.OBJECT;
      case LIST -> reads(value, config -> config.getList(KEY));
      case FLAG -> value.valueType() == ConfigValueType.BOOLEAN || flag(value);
      case WHOLE -> plain(value) && whole(value);
      case NUMBER -> plain(value) && number(value);
      case TIME -> plain(value) && reads(value, config -> config.getDuration(KEY));
      case SIZE -> plain(value) && reads(value, config -> config.getBytes(KEY));
      case TEXT -> plain(value);
    };
  }

  /** What a value is, without saying it: it may be a secret. */
  static String described(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "a section";
      case LIST -> "a list";
      case BOOLEAN -> "true or false";
      case NUMBER -> "a number";
      case STRING -> "a text";
      case NULL -> "null";
    };
  }

  private static boolean plain(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING
        || value.valueType() == ConfigValueType.NUMBER;
  }

  private static boolean flag(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING && FLAGS.contains(text(value));
  }

  private static boolean whole(ConfigValue value) {
    try {
      var unused = new BigDecimal(text(value)).intValueExact();
      return true;
    } catch (ArithmeticException | NumberFormatException e) {
      return false;
    }
  }

  private static boolean number(ConfigValue value) {
    try {
      return Double.isFinite(new BigDecimal(text(value)).doubleValue());
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean reads(ConfigValue value, Consumer<Config> reader) {
    try {
      reader.accept(value.atKey(KEY));
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private static String text(ConfigValue value) {
    return String.valueOf(value.unwrapped()).strip();
  }
}
