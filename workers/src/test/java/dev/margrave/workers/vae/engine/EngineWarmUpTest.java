package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineWarmUpTest {

  @Test
  void trainsAStepAndClosesTheEngine() throws InterruptedException {
    List<String> calls = new ArrayList<>();
    EngineWarmUp.start(
            (spec, start, seed) -> listenedTo(Nd4jTrainingEngine.create(spec, start, seed), calls))
        .join();
    assertEquals(List.of("step", "witnessLogits", "close"), calls);
  }

  private static TrainingEngine listenedTo(TrainingEngine engine, List<String> calls) {
    return (TrainingEngine)
        Proxy.newProxyInstance(
            TrainingEngine.class.getClassLoader(),
            new Class<?>[] {TrainingEngine.class},
            (proxy, method, arguments) -> {
              calls.add(method.getName());
              return method.invoke(engine, arguments);
            });
  }
}
