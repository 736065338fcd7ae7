package dev.margrave.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.JournalKit;
import dev.margrave.orchestrator.SealedTypes;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A registry that takes on two experiments of at most two stages each. */
@Timeout(60)
class ExperimentRegistryTest {
  private static final ActorTestKit KIT = JournalKit.create();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final SubmitReply CHANGED =
      new SubmitReply.SpecChanged(
          new ExperimentId("a", 1),
          "experiment a exists with another spec; rename this one, undo the change, or start anew"
              + " beside the old with --fresh",
          "text of a");
  private static final SubmitReply TOO_BIG =
      new SubmitReply.Refused(
          "experiment big has 4 stages, the limit is 2; use fewer seeds, teachers or arms, or"
              + " raise margrave.orchestrator.maximum-stages");
  private static final SubmitReply NO_GRAPH =
      new SubmitReply.Refused(
          "arm rescue starts from ablation, which is not among the arms; add it to"
              + " experiment.arms");
  private static final SubmitReply FULL =
      new SubmitReply.Refused(
          "this data directory holds 2 experiments, which is the limit; use another --data-dir, or"
              + " raise margrave.orchestrator.maximum-experiments");

  private final TestProbe<SubmitReply> front = KIT.createTestProbe();
  private EventSourcedBehaviorTestKit<ExperimentRegistry.Command, RegistryEvent, RegistryState>
      registry;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    registry =
        EventSourcedBehaviorTestKit.create(
            KIT.system(),
            ExperimentRegistry.create(
                new ExperimentRegistry.Limits(2, 2), Clock.fixed(NOW, ZoneOffset.UTC)));
    registry.clear();
  }

  private ExperimentRegistry.Open open(String name, String text, boolean fresh) {
    return open(Fixtures.spec(name, List.of(0L), List.of(Arm.FULL)), text, fresh);
  }

  private ExperimentRegistry.Open open(ExperimentSpec spec, String text, boolean fresh) {
    return new ExperimentRegistry.Open(spec, text, Fixtures.sha256(text), fresh, front.ref());
  }

  private static RegistryEvent opened(String name, int generation, String text) {
    return new RegistryEvent.Opened(
        new ExperimentId(name, generation), Fixtures.sha256(text), text, NOW);
  }

  private static SubmitReply accepted(String name, int generation, boolean resumed) {
    return new SubmitReply.Accepted(new ExperimentId(name, generation), resumed);
  }

  /** The names in it: none, one, or as many as it takes. */
  private void bring(int names) {
    start();
    for (String name : List.of("a", "b").subList(0, names)) {
      assertEquals(accepted(name, 1, false), reply(open(name, "text of " + name, false)));
    }
  }

  private SubmitReply reply(ExperimentRegistry.Command command) {
    registry.runCommand(command);
    return front.receiveMessage();
  }

  private List<RegistryEvent> events(ExperimentRegistry.Command command) {
    return registry.runCommand(command).events();
  }

  /** What is asked, and the answer with no, one and two names known. */
  private Map<ExperimentRegistry.Open, List<SubmitReply>> answers() {
    var big = Fixtures.spec("big", List.of(0L, 1L), List.of(Arm.FULL));
    var rescue = Fixtures.spec("alone", List.of(0L), List.of(Arm.RESCUE));
    var accepted = accepted("a", 1, false);
    var resumed = accepted("a", 1, true);
    Map<ExperimentRegistry.Open, List<SubmitReply>> answers = new LinkedHashMap<>();
    answers.put(open("a", "text of a", false), List.of(accepted, resumed, resumed));
    answers.put(open("a", "other text", false), List.of(accepted, CHANGED, CHANGED));
    answers.put(
        open("a", "other text", true),
        List.of(accepted, accepted("a", 2, false), accepted("a", 2, false)));
    answers.put(
        open("c", "text of c", false),
        List.of(accepted("c", 1, false), accepted("c", 1, false), FULL));
    answers.put(
        open("c", "text of c", true),
        List.of(accepted("c", 1, false), accepted("c", 1, false), FULL));
    answers.put(open(big, "text", false), List.of(TOO_BIG, TOO_BIG, TOO_BIG));
    answers.put(open(big, "text", true), List.of(TOO_BIG, TOO_BIG, TOO_BIG));
    answers.put(open(rescue, "text", false), List.of(NO_GRAPH, NO_GRAPH, NO_GRAPH));
    return answers;
  }

  /** Every command with no, some and too many names: answered, and a repeat persists nothing. */
  @Test
  void everyCommandIsAnsweredInEveryState() {
    assertEquals(
        Set.of(
            ExperimentRegistry.Open.class,
            ExperimentRegistry.Extend.class,
            ExperimentRegistry.Remove.class,
            ExperimentRegistry.Find.class,
            ExperimentRegistry.ListEntries.class),
        SealedTypes.leaves(ExperimentRegistry.Command.class));
    Set<Class<?>> replies = new HashSet<>();
    for (Map.Entry<ExperimentRegistry.Open, List<SubmitReply>> row : answers().entrySet()) {
      ExperimentRegistry.Open command = row.getKey();
      for (int names = 0; names <= 2; names++) {
        SubmitReply expected = row.getValue().get(names);
        replies.add(expected.getClass());
        String where = names + " names, " + command.canonicalSpec() + " " + command.fresh();
        bring(names);
        List<RegistryEvent> persisted =
            expected instanceof SubmitReply.Accepted accepted && !accepted.resumed()
                ? List.of(
                    opened(
                        accepted.experiment().name(),
                        accepted.experiment().generation(),
                        command.canonicalSpec()))
                : List.of();
        assertEquals(persisted, events(command), where);
        assertEquals(expected, front.receiveMessage(), where);
        if (!command.fresh() || persisted.isEmpty()) {
          RegistryState after = registry.getState();
          assertEquals(List.of(), events(command), where + ", said again");
          SubmitReply again =
              expected instanceof SubmitReply.Accepted accepted
                  ? new SubmitReply.Accepted(accepted.experiment(), true)
                  : expected;
          assertEquals(again, front.receiveMessage(), where + ", said again");
          assertEquals(after, registry.getState(), where + ", said again");
        }
      }
    }
    // A broken journal answers nobody: that reply is the front's.
    replies.add(SubmitReply.Broken.class);
    assertEquals(SealedTypes.leaves(SubmitReply.class), replies);
  }

  @Test
  void everyFreshStartOpensAGenerationAndTheYoungestCounts() {
    bring(1);
    var fresh = open("a", "other text", true);
    assertEquals(List.of(opened("a", 2, "other text")), events(fresh));
    assertEquals(List.of(opened("a", 3, "other text")), events(fresh));
    front.receiveSeveralMessages(2);
    assertEquals(accepted("a", 3, true), reply(open("a", "other text", false)));
    assertEquals(1, registry.getState().latest().size());
  }

  @Test
  void knowsItsExperimentsAfterARestart() {
    bring(2);
    RegistryState before = registry.getState();
    registry.restart();
    assertEquals(before, registry.getState());
    assertEquals(accepted("b", 1, true), reply(open("b", "text of b", false)));
    assertEquals(FULL, reply(open("c", "text of c", false)));
  }

  @Test
  void anExtendedExperimentIsFoundByItsNewSpecOnly() {
    TestProbe<ExperimentRegistry.Noted> noted = KIT.createTestProbe();
    var a = new ExperimentId("a", 1);
    var extend =
        new ExperimentRegistry.Extend(
            a, "longer text", Fixtures.sha256("longer text"), noted.ref());
    for (int names = 0; names <= 2; names++) {
      bring(names);
      List<RegistryEvent> expected =
          names == 0
              ? List.of()
              : List.of(
                  new RegistryEvent.EntryExtended(
                      a, Fixtures.sha256("longer text"), "longer text"));
      assertEquals(expected, events(extend));
      assertEquals(List.of(), events(extend), "said again");
      noted.receiveSeveralMessages(2);
    }
    assertEquals(accepted("a", 1, true), reply(open("a", "longer text", false)));
    assertEquals(
        new SubmitReply.SpecChanged(
            a, ((SubmitReply.SpecChanged) CHANGED).message(), "longer text"),
        reply(open("a", "text of a", false)));
    registry.restart();
    assertEquals(accepted("a", 1, true), reply(open("a", "longer text", false)));
  }

  @Test
  void aRemovedExperimentIsOffTheListAndItsNameStartsAnew() {
    TestProbe<ExperimentRegistry.Noted> noted = KIT.createTestProbe();
    var a = new ExperimentId("a", 1);
    bring(2);
    assertEquals(List.of("a", "b"), listed().stream().sorted().toList());
    var remove = new ExperimentRegistry.Remove(a, noted.ref());
    assertEquals(List.of(new RegistryEvent.EntryRemoved(a)), events(remove));
    assertEquals(new ExperimentRegistry.Noted(a, "removed"), noted.receiveMessage());
    assertEquals(List.of(), events(remove), "said again");
    assertEquals(new ExperimentRegistry.Noted(a, "removed"), noted.receiveMessage());
    assertEquals(List.of("b"), listed());
    assertEquals(new ExperimentRegistry.Found(a, false, true), find(a));
    assertEquals(accepted("c", 1, false), reply(open("c", "text of c", false)), "there is room");
    assertEquals(FULL, reply(open("a", "text of a", false)));
    registry.restart();
    assertEquals(
        List.of(), events(new ExperimentRegistry.Remove(new ExperimentId("d", 1), noted.ref())));
    events(new ExperimentRegistry.Remove(new ExperimentId("b", 1), noted.ref()));
    assertEquals(accepted("a", 2, false), reply(open("a", "text of a", false)));
    assertEquals(
        new ExperimentRegistry.Found(new ExperimentId("a", 2), true, false),
        find(new ExperimentId("a", 2)));
    assertEquals(
        new ExperimentRegistry.Found(new ExperimentId("a", 3), false, false),
        find(new ExperimentId("a", 3)));
  }

  private ExperimentRegistry.Found find(ExperimentId experiment) {
    TestProbe<ExperimentRegistry.Found> asker = KIT.createTestProbe();
    registry.runCommand(new ExperimentRegistry.Find(experiment, asker.ref()));
    return asker.receiveMessage();
  }

  private List<String> listed() {
    TestProbe<ExperimentRegistry.Entries> asker = KIT.createTestProbe();
    registry.runCommand(new ExperimentRegistry.ListEntries(0, 9, asker.ref()));
    registry.runCommand(new ExperimentRegistry.ListEntries(1, 1, asker.ref()));
    List<String> all =
        asker.receiveMessage().entries().stream().map(entry -> entry.experiment().text()).toList();
    assertEquals(
        all.subList(Math.min(1, all.size()), Math.min(2, all.size())),
        asker.receiveMessage().entries().stream().map(entry -> entry.experiment().text()).toList());
    return all;
  }
}
