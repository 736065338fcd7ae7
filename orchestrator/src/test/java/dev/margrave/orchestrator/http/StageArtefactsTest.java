package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page asks for beside the views. */
class StageArtefactsTest {
  private static final String STAGES = "/api/v1/experiments/demo/stages/";

  private HttpRig rig;

  @BeforeEach
  void open() {
    rig = new HttpRig();
    rig.demo(ExperimentView.Status.RUNNING);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void whatIsThereIsListedAndRead() {
    assertEquals(
        "{\"stage\":\"teacher-0\",\"artefacts\":[]}",
        rig.get(STAGES + "teacher-0/artefacts").response().body());
    rig.artefacts.files.put(
        "demo/teacher-0/leaderboard.json", "{\"seed\":0}".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "{\"stage\":\"teacher-0\",\"artefacts\":[\"leaderboard\"]}",
        rig.get(STAGES + "teacher-0/artefacts").response().body());
    HttpRig.Answer board = rig.get(STAGES + "teacher-0/leaderboard");
    assertEquals("{\"seed\":0}", board.response().body());
    assertEquals("application/json", board.header("content-type"));
    rig.artefacts.files.put(
        "demo/teacher-0/confusion.json", "{\"counts\":[]}".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "{\"stage\":\"teacher-0\",\"artefacts\":[\"leaderboard\",\"confusion\"]}",
        rig.get(STAGES + "teacher-0/artefacts").response().body());
    assertEquals("{\"counts\":[]}", rig.get(STAGES + "teacher-0/confusion").response().body());
    rig.artefacts.files.put(
        "demo/full-0/path.json", "{\"points\":[]}".getBytes(StandardCharsets.UTF_8));
    assertEquals("{\"points\":[]}", rig.get(STAGES + "full-0/path").response().body());
    rig.artefacts.files.put(
        "demo/full-0/trainer-output.txt", "loss ½\n".getBytes(StandardCharsets.UTF_8));
    HttpRig.Answer output = rig.get(STAGES + "full-0/trainer-output");
    assertEquals("loss ½\n", output.response().body());
    assertEquals("text/plain; charset=UTF-8", output.header("content-type"));
  }

  @Test
  void whatIsNotThereYetIsAProblem() {
    HttpRig.Answer answer = rig.get(STAGES + "full-0/samples");
    assertEquals(404, answer.status());
    assertEquals("demo/full-0 has left no samples.png yet", answer.detail());
  }

  @Test
  void onlyStagesOfTheExperimentAreLookedFor() {
    for (String stage :
        List.of(
            "full-9",
            "..",
            "%2e%2e",
            "..%2F..%2Fjournal",
            "full-0%2F..%2F..%2Fother%2Ffull-0",
            "full-00",
            "full-0-t0",
            "nonsense",
            "full-99999999999999999999",
            "teacher-0%00")) {
      assertEquals(404, rig.get(STAGES + stage + "/samples").status(), stage);
    }
    assertEquals(Set.of(), rig.artefacts.asked);
    assertEquals(
        "the experiment has no stage 'full-9'; its own description lists those that it has",
        rig.get(STAGES + "full-9/samples").detail());
    assertEquals(404, rig.get("/api/v1/experiments/..%2Fdemo/stages/full-0/samples").status());
    assertEquals(404, rig.get("/api/v1/experiments/other/stages/full-0/samples").status());
    assertEquals(Set.of(), rig.artefacts.asked);
  }

  @Test
  void curvesAreThinnedRunByRun() {
    for (long seed = 0; seed < 2; seed++) {
      for (int step = 1; step <= 1000; step++) {
        rig.history.margins.add(
            new MarginRow(
                new StageKey.ArmRun(Arm.FULL, seed, seed),
                new MarginPoint(step, step, 1, 100, Math.sin(step), 1, 0.1, 3)));
      }
    }
    var margins =
        rig.get("/api/v1/experiments/demo/margins?arm=full&points=50").json().path("margins");
    assertTrue(margins.size() > 90 && margins.size() <= 100, "" + margins.size());
    assertEquals("full-1", margins.get(margins.size() - 1).path("stage").asText());
    assertEquals(1000, margins.get(margins.size() - 1).path("step").asInt());
    HttpRig.Answer few = rig.get("/api/v1/experiments/demo/margins?points=3");
    assertEquals(400, few.status());
    assertEquals("points is 3: 4 to 100000 are wanted, for each run", few.detail());
  }
}
