package dev.margrave.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls between the modules, on the byte code: what an import does not show counts too. */
class ModuleWallsTest {
  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // Nor other modules' tests, which come in a jar.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.margrave");
  }

  @Test
  void theCertificateNeedsNothingButTheJdk() {
    noClasses()
        .that()
        .resideInAPackage("dev.margrave.certificate..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("dev.margrave.certificate..", "java..", "jdk.incubator.vector..")
        .because("it must be readable, and checkable, with nothing else")
        .check(classes);
  }

  @Test
  void theVocabularyBelongsToNeitherSide() {
    noClasses()
        .that()
        .resideInAPackage("dev.margrave.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.margrave.workers..",
            "dev.margrave.orchestrator..",
            "dev.margrave.app..",
            "org.nd4j..",
            "org.deeplearning4j..",
            "akka.persistence..",
            "akka.http..")
        .check(classes);
  }

  @Test
  void workersKeepNoJournalAndTensorsStayInTheirPackages() {
    noClasses()
        .that()
        .resideInAPackage("dev.margrave.workers..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.margrave.orchestrator..", "akka.persistence..", "akka.http..")
        .check(classes);
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.margrave.workers.engine..", "dev.margrave.workers.vae.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("dev.margrave.workers..")
        .and()
        .resideOutsideOfPackage("dev.margrave.workers.actor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("akka..")
        .check(classes);
  }

  @Test
  void theOrchestratorKnowsNoWorker() {
    noClasses()
        .that()
        .resideInAPackage("dev.margrave.orchestrator..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.margrave.workers..", "dev.margrave.app..", "org.nd4j..", "org.deeplearning4j..")
        .check(classes);
  }

  @Test
  void onlyOneModuleKnowsHowMetricsAreOffered() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.margrave.metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.prometheus..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("dev.margrave.metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "akka..", "org.nd4j..", "dev.margrave.orchestrator..", "dev.margrave.workers..")
        .check(classes);
  }

  @Test
  void nothingPrintsOrSleeps() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callConstructor(java.util.Random.class)
        .check(classes);
  }

  @Test
  void theCommandsFeaturesDoNotGoInCircles() {
    slices().matching("dev.margrave.app.(*)..").should().beFreeOfCycles().check(classes);
  }
}
