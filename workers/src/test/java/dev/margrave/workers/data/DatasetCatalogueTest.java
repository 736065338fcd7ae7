package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DatasetCatalogueTest {
  @Test
  void listsExactlyWhatCanBeLoaded() {
    assertEquals(
        Datasets.names(), DatasetCatalogue.entries().stream().map(CatalogueEntry::name).toList());
  }

  @Test
  void agreesWithTheFormats() {
    for (DatasetFormat format : Datasets.formats()) {
      CatalogueEntry entry = DatasetCatalogue.entry(format.name());
      assertEquals(format.shape().toString(), entry.images());
      assertEquals(format.classes(), entry.classes());
      List<String> names = entry.files().stream().map(RemoteFile::name).toList();
      boolean archive = format.archives().containsAll(names);
      assertTrue(archive || format.anyOf(names), "fetched under names that are found again");
      assertTrue(entry.bytes().isPresent());
      assertTrue(entry.files().stream().allMatch(file -> file.sha256().isPresent()));
    }
    CatalogueEntry shapes = DatasetCatalogue.entry("shapes");
    assertTrue(shapes.builtIn());
    assertEquals(Shapes.SHAPE.toString(), shapes.images());
    CatalogueEntry tiny = DatasetCatalogue.entry("tiny-imagenet-200");
    assertEquals(OptionalLong.of(248_100_043), tiny.bytes());
    assertFalse(tiny.builtIn() || tiny.yours());
    CatalogueEntry own = DatasetCatalogue.entry("image-folder");
    assertTrue(own.yours() && !own.builtIn() && own.bytes().isEmpty());
  }

  @Test
  void bearsTheDigestsOfTheHomePage() {
    assertEquals(
        Optional.of("03b5dce01913d631647c71ecec9e9cb8"),
        DatasetCatalogue.entry("cifar100").files().get(0).md5());
    assertEquals(
        Optional.of("c32a1d4ab5d03f1284b67883e8d87530"),
        DatasetCatalogue.entry("cifar10").files().get(0).md5());
  }

  @Test
  void refusesAnUnknownName() {
    assertEquals(
        "there is no data set called 'cifar'; known are shapes, cifar10, cifar100,"
            + " tiny-imagenet-200, fashion-mnist, mnist, image-folder",
        refusal(() -> DatasetCatalogue.entry("cifar")));
  }

  @Test
  void aFileNeedsAPlainNameAWebAddressAndRealDigests() {
    assertEquals(
        "file name '../x': a plain name is wanted", reason("../x", "http://a/", Optional.empty()));
    assertEquals("file:/x: http or https is wanted", reason("x", "file:/x", Optional.empty()));
    assertEquals(
        "digest 'ABC': 64 lower-case hexadecimal digits are wanted",
        reason("x", "http://a/", Optional.of("ABC")));
  }

  private static String reason(String name, String uri, Optional<String> sha256) {
    return assertThrows(
            IllegalArgumentException.class,
            () ->
                new RemoteFile(
                    name, URI.create(uri), OptionalLong.empty(), sha256, Optional.empty()))
        .getMessage();
  }
}
