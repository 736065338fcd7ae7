package dev.margrave.app.simulation;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;

/** Makes every dispatcher of an actor system put its work into {@link RunQueue#SHARED}. */
public final class RunQueueConfigurator extends ExecutorServiceConfigurator {
  /** Made by the actor system. */
  public RunQueueConfigurator(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> RunQueue.SHARED;
  }
}
