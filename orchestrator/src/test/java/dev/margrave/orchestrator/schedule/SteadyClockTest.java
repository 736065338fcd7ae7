package dev.margrave.orchestrator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  @Test
  void countsOnWhenTheSystemsClockJumps() {
    Instant noon = Instant.parse("2026-11-22T12:00:00Z");
    AtomicReference<Instant> system = new AtomicReference<>(noon);
    AtomicLong nanos = new AtomicLong(-7);
    Clock settable =
        new Clock() {
          @Override
          public Instant instant() {
            return system.get();
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    Clock steady = SteadyClock.startingAt(settable, nanos::get);
    system.set(noon.minusSeconds(3600));
    nanos.addAndGet(2_000_000_000L);
    assertEquals(noon.plusSeconds(2), steady.instant());
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    assertEquals(noon.plusSeconds(2), steady.withZone(berlin).instant());
    assertEquals(berlin, steady.withZone(berlin).getZone());
    assertEquals(ZoneOffset.UTC, steady.getZone());
  }
}
