package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.GateKind;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.worker.Effort;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the interface answers when all is well. */
class ApiTest {
  private static final String SPEC =
      """
      experiment {
        name = demo
        dataset { name = shapes, path = /data, train = 200, evaluate = 100 }
      }
      """;

  private HttpRig rig;

  @BeforeEach
  void open() {
    rig = new HttpRig();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void anExperimentIsSubmittedAsHocon() {
    HttpRig.Answer answer = rig.post("/api/v1/experiments", "application/hocon", SPEC);
    assertEquals(201, answer.status(), answer.response().body());
    assertEquals("{\"id\":\"demo\",\"resumed\":false}", answer.response().body());
    assertEquals("/api/v1/experiments/demo", answer.header("location"));
    assertEquals(Optional.of("/data"), rig.service.submitted.get(0).dataset().path());
    assertEquals("nosniff", answer.header("x-content-type-options"));
    assertEquals("no-store", answer.header("cache-control"));
    assertEquals("", answer.header("server"));
  }

  @Test
  void anExperimentIsSubmittedAsTextAndAsJson() {
    rig.service.onSubmit =
        (spec, fresh) -> new SubmitReply.Accepted(new ExperimentId(spec.name(), 1), true);
    assertEquals(200, rig.post("/api/v1/experiments", "text/plain; charset=utf-8", SPEC).status());
    HttpRig.Answer json =
        rig.post(
            "/api/v1/experiments",
            "application/json",
            "{\"experiment\": {\"name\": \"demo\", \"dataset\":"
                + " {\"name\": \"shapes\", \"path\": \"/data\", \"train\": 200, \"evaluate\": 100}}}");
    assertEquals("{\"id\":\"demo\",\"resumed\":true}", json.response().body());
    assertEquals(rig.service.submitted.get(0), rig.service.submitted.get(1));
  }

  @Test
  void freshIsPassedOn() {
    assertEquals(
        "demo~2",
        rig.post("/api/v1/experiments?fresh=true", "application/hocon", SPEC)
            .json()
            .path("id")
            .asText());
  }

  @Test
  void everyProblemOfAnExperimentIsReportedWithItsLine() {
    HttpRig.Answer answer =
        rig.post(
            "/api/v1/experiments",
            "text/plain",
            "experiment {\n name = demo\n sedes = [1]\n dataset { name = shapes, path = data,"
                + " train = 0, evaluate = 1 }\n}\nextra = 1\n");
    assertEquals(422, answer.status());
    assertEquals("application/problem+json", answer.header("content-type"));
    assertEquals("urn:margrave:invalid-experiment", answer.type());
    int count = answer.json().path("errors").size();
    assertEquals("the experiment has " + count + " problems", answer.detail());
    assertEquals("/api/v1/experiments", answer.json().path("instance").asText());
    Map<String, String> errors = new HashMap<>();
    answer
        .json()
        .path("errors")
        .forEach(
            error ->
                errors.put(
                    error.path("what").asText(),
                    error.path("where").asText() + " line " + error.path("line").asInt()));
    assertEquals(
        "body:3 line 3", errors.get("unknown key 'experiment.sedes'; did you mean 'seeds'?"));
    assertEquals(
        "body:4 line 4",
        errors.get(
            "experiment.dataset.path must be absolute, as it is on the workers; or leave it out, and"
                + " they look under their data directories"));
    assertTrue(errors.containsValue("body:6 line 6"), errors.toString());
    assertTrue(
        errors.keySet().stream().anyMatch(what -> what.startsWith("experiment.dataset.train")),
        errors.toString());
    assertTrue(rig.service.submitted.isEmpty());
  }

  @Test
  void aChangedExperimentIsRefusedWithTheDifference() {
    rig.service.onSubmit =
        (spec, fresh) ->
            new SubmitReply.SpecChanged(
                HttpRig.DEMO,
                "demo is there with another spec; submit with fresh=true",
                CanonicalSpec.text(spec).replace("dataset.train = 200", "dataset.train = 100"));
    HttpRig.Answer answer = rig.post("/api/v1/experiments", "application/hocon", SPEC);
    assertEquals(409, answer.status());
    assertEquals("urn:margrave:spec-changed", answer.type());
    assertEquals("demo is there with another spec; submit with fresh=true", answer.detail());
    assertEquals(
        "[\"- dataset.train = 100\",\"+ dataset.train = 200\"]",
        answer.json().path("difference").toString());
  }

  @Test
  void aRefusedAndABrokenSubmission() {
    rig.service.onSubmit = (spec, fresh) -> new SubmitReply.Refused("too many stages; fewer seeds");
    HttpRig.Answer refused = rig.post("/api/v1/experiments", "application/hocon", SPEC);
    assertEquals(409, refused.status());
    assertEquals("too many stages; fewer seeds", refused.detail());
    rig.service.onSubmit = (spec, fresh) -> new SubmitReply.Broken("the journal's disk is full");
    HttpRig.Answer broken = rig.post("/api/v1/experiments", "application/hocon", SPEC);
    assertEquals(503, broken.status());
    assertEquals("2", broken.header("retry-after"));
  }

  @Test
  void theListHasALineForEach() {
    rig.service.summaries.add(
        new ExperimentSummary(
            HttpRig.DEMO,
            ExperimentView.Status.FINISHED,
            "shapes",
            7,
            6,
            1,
            Optional.of(GateOutcome.FAIL),
            Instant.parse("2026-11-22T10:00:00Z")));
    assertEquals(
        "{\"experiments\":[{\"id\":\"demo\",\"status\":\"finished\",\"dataset\":\"shapes\","
            + "\"stages\":7,\"completed\":6,\"failed\":1,\"overall\":\"FAIL\","
            + "\"submitted\":\"2026-11-22T10:00:00Z\"}]}",
        rig.get("/api/v1/experiments").response().body());
  }

  @Test
  void aViewShowsStagesAndGates() {
    StageView running =
        new StageView(
            StageKey.parse("full-0"),
            StageStatus.RUNNING,
            "",
            2,
            Optional.of("w1"),
            Optional.of(new StageProgress("training", 5, 10, 1.5, 100)),
            Optional.of(Fixtures.evaluation(8, 1.1)),
            Optional.empty(),
            Optional.empty());
    rig.service.views.put(
        HttpRig.DEMO,
        new ExperimentView(
            HttpRig.DEMO,
            ExperimentView.Status.RUNNING,
            Optional.empty(),
            List.of(running),
            List.of(new Gate(GateKind.FULL_CERTIFIES, 0, 0, GateOutcome.PASS, "certified")),
            Optional.empty()));
    assertEquals(
        "{\"id\":\"demo\",\"status\":\"running\",\"problem\":null,\"overall\":null,\"stages\":["
            + "{\"stage\":\"full-0\",\"status\":\"running\",\"reason\":\"\",\"attempt\":2,"
            + "\"worker\":\"w1\",\"progress\":{\"phase\":\"training\",\"done\":5,\"total\":10,"
            + "\"epoch\":1.5,\"imagesPerSecond\":100.0},\"margin\":{\"step\":8,\"epoch\":1.0,"
            + "\"beta\":1.0,\"lambda\":100.0,\"marginNats\":1.1,\"marginAtMeanNats\":1.2000000000000002,"
            + "\"standardErrorNats\":0.01,\"safeMarginNats\":1.05,\"klNats\":3.5,"
            + "\"verdict\":\"CERTIFIED\"},\"guard\":null,\"result\":null,\"rescues\":0}],\"gates\":["
            + "{\"gate\":\"full-certifies\",\"arm\":\"full\",\"seed\":0,\"teacherSeed\":0,"
            + "\"outcome\":\"PASS\",\"reason\":\"certified\"}]}",
        rig.get("/api/v1/experiments/demo").response().body());
  }

  @Test
  void everyControlReachesTheService() {
    rig.demo(ExperimentView.Status.RUNNING);
    String one = "/api/v1/experiments/demo";
    assertEquals(
        "{\"id\":\"demo\",\"message\":\"so be it\"}", rig.post(one + "/pause").response().body());
    rig.post(one + "/resume", "application/json", "{}");
    rig.post(one + "/cancel");
    rig.post(one + "/retry");
    rig.post(one + "/retry", "application/json", "{\"stage\": \"full-0\"}");
    rig.post(one + "/extend", "application/json", "{\"seeds\": [5, 6]}");
    rig.send(rig.request(one).DELETE());
    assertEquals(
        List.of(
            new Control.Pause(),
            new Control.Resume(),
            new Control.Cancel(),
            new Control.Retry(Optional.empty()),
            new Control.Retry(Optional.of(StageKey.parse("full-0"))),
            new Control.Extend(List.of(5L, 6L)),
            new Control.Remove()),
        rig.service.controls);
  }

  @Test
  void aRefusedControlSaysWhy() {
    rig.demo(ExperimentView.Status.FINISHED);
    rig.service.onControl = control -> new ControlReply.Refused("demo is finished; extend it");
    HttpRig.Answer answer = rig.post("/api/v1/experiments/demo/pause");
    assertEquals(409, answer.status());
    assertEquals("urn:margrave:refused", answer.type());
    assertEquals("demo is finished; extend it", answer.detail());
  }

  @Test
  void resultsAndEvidenceWaitForTheEnd() {
    rig.demo(ExperimentView.Status.RUNNING);
    HttpRig.Answer early = rig.get("/api/v1/experiments/demo/results");
    assertEquals(409, early.status());
    assertEquals("demo is running; its results are there when every stage is over", early.detail());
    ExperimentResults results =
        new ExperimentResults(
            HttpRig.DEMO,
            "shapes",
            "5",
            Optional.empty(),
            GateOutcome.FAIL,
            List.of(),
            List.of(new TeacherRow(0, Optional.empty(), Optional.of("it broke"), 1, Effort.NONE)),
            List.of(),
            List.of());
    rig.service.views.put(
        HttpRig.DEMO,
        new ExperimentView(
            HttpRig.DEMO,
            ExperimentView.Status.FINISHED,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.of(results)));
    HttpRig.Answer found = rig.get("/api/v1/experiments/demo/results");
    assertEquals(200, found.status());
    assertEquals("it broke", found.json().path("teachers").path(0).path("failure").asText());
    assertTrue(found.json().path("meaning").asText().startsWith("A certificate says"));
    assertTrue(found.response().body().endsWith("}\n"));
    HttpRig.Answer evidence = rig.get("/api/v1/experiments/demo/evidence");
    assertTrue(evidence.json().has("summaries"), evidence.response().body());
  }

  @Test
  void marginsAreNarrowedByTheirParameters() {
    rig.demo(ExperimentView.Status.RUNNING);
    for (long seed = 0; seed < 2; seed++) {
      for (Arm arm : List.of(Arm.FULL, Arm.ABLATION)) {
        for (int step = 1; step <= 2; step++) {
          rig.history.margins.add(
              new MarginRow(
                  new StageKey.ArmRun(arm, seed, seed),
                  new MarginPoint(step, step, 1, 100, Double.NEGATIVE_INFINITY, 1, 0.1, 3)));
        }
      }
    }
    assertEquals(8, rig.get("/api/v1/experiments/demo/margins").json().path("margins").size());
    assertEquals(
        "{\"margins\":[{\"stage\":\"ablation-1\",\"arm\":\"ablation\",\"seed\":1,\"teacherSeed\":1,"
            + "\"step\":2,\"epoch\":2.0,\"beta\":1.0,\"lambda\":100.0,\"marginNats\":\"-Infinity\","
            + "\"marginAtMeanNats\":1.0,\"standardErrorNats\":0.1,\"klNats\":3.0}]}",
        rig.get("/api/v1/experiments/demo/margins?arm=ablation&seed=1&from=2").response().body());
  }

  @Test
  void workersAreListed() {
    rig.service.workers.add(
        new WorkerStatus(
            "w1",
            "akka://margrave@10.0.0.1:25520",
            "busy",
            "",
            "nd4j",
            2,
            1,
            "8.6",
            1L << 34,
            List.of(new StageId(HttpRig.DEMO, StageKey.parse("full-0")))));
    assertEquals(
        "{\"workers\":[{\"worker\":\"w1\",\"address\":\"akka://margrave@10.0.0.1:25520\","
            + "\"state\":\"busy\",\"reason\":\"\",\"engine\":\"nd4j\",\"slots\":2,\"gpus\":1,\"computeCapability\":\"8.6\","
            + "\"memoryBytes\":17179869184,\"running\":[\"demo/full-0\"]}]}",
        rig.get("/api/v1/workers").response().body());
  }
}
