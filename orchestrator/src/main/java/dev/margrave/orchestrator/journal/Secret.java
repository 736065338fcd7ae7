package dev.margrave.orchestrator.journal;

/** A password that no log line shows. */
public record Secret(String text) {
  @Override
  public String toString() {
    return "(secret)";
  }
}
