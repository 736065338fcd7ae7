package dev.margrave.orchestrator.stage;

import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EffectBuilder;
import akka.persistence.typed.javadsl.EffectFactories;
import dev.margrave.protocol.StageId;
import java.util.List;

/** What a supervisor's commands lead to; how long the journal takes is measured. */
final class StageEffects {
  private final EffectFactories<StageEvent, StageState> effects;
  private final StageId stage;
  private final StageInstruments instruments;

  StageEffects(
      EffectFactories<StageEvent, StageState> effects,
      StageId stage,
      StageInstruments instruments) {
    this.effects = effects;
    this.stage = stage;
    this.instruments = instruments;
  }

  EffectBuilder<StageEvent, StageState> persist(StageEvent event) {
    return persist(List.of(event));
  }

  EffectBuilder<StageEvent, StageState> persist(List<StageEvent> events) {
    if (events.isEmpty()) {
      return effects.persist(events);
    }
    Runnable persisted = instruments.persisting(stage);
    return effects.persist(events).thenRun(after -> persisted.run());
  }

  Effect<StageEvent, StageState> none() {
    return effects.none();
  }
}
