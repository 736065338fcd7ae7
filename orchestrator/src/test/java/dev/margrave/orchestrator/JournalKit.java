package dev.margrave.orchestrator;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import com.typesafe.config.ConfigFactory;

/** Actors with the product's serialisation, and a journal in memory. */
public final class JournalKit {
  private JournalKit() {}

  /** To be shut down by whoever made it. */
  public static ActorTestKit create() {
    return ActorTestKit.create(
        EventSourcedBehaviorTestKit.config()
            .withFallback(ConfigFactory.parseResources("margrave-akka.conf"))
            .withFallback(ConfigFactory.load())
            .resolve());
  }
}
