package dev.margrave.k8s.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads YAML as the API server does when it validates strictly: what it does not know is refused.
 */
final class StrictObjects {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .addModule(new SimpleModule().addDeserializer(String.class, new Text()))
          .annotationIntrospector(new NothingElse())
          .build();

  private StrictObjects() {}

  /**
   * Reads all documents.
   *
   * @throws IllegalArgumentException naming what is not known
   */
  static List<HasMetadata> read(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<HasMetadata> objects = new ArrayList<>();
    try {
      for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
        if (document != null) {
          objects.add(object(MAPPER.valueToTree(document)));
        }
      }
    } catch (YAMLException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return objects;
  }

  private static HasMetadata object(JsonNode node) {
    String what =
        "%s %s".formatted(node.path("kind").asText(), node.path("metadata").path("name").asText());
    try {
      KubernetesResource read = MAPPER.treeToValue(node, KubernetesResource.class);
      if (read instanceof HasMetadata known && !(read instanceof GenericKubernetesResource)) {
        return known;
      }
      throw unknown(what, node);
    } catch (UnrecognizedPropertyException e) {
      throw e.getReferringClass().equals(GenericKubernetesResource.class)
          ? unknown(what, node)
          : new IllegalArgumentException(
              what + ": no field " + e.getPropertyName() + " at " + e.getPathReference(), e);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(
          what + ": " + e.getOriginalMessage() + " at " + e.getPathReference(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException unknown(String what, JsonNode node) {
    return new IllegalArgumentException(
        what + ": the kind is not known in " + node.path("apiVersion").asText());
  }

  /** The types put aside what they do not know, and that counts as knowing it. */
  private static final class NothingElse extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated any) {
      return false;
    }
  }

  /** A number is no text: the API server refuses it, for one in an environment variable. */
  private static final class Text extends StdScalarDeserializer<String> {
    private static final long serialVersionUID = 1;

    Text() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        context.reportInputMismatch(this, "a text is wanted, not %s", parser.getText());
      }
      return parser.getText();
    }
  }
}
