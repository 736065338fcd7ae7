package dev.margrave.protocol.spec.loading;

/**
 * One thing that is wrong with an experiment file.
 *
 * @param where {@code file:line}, or the {@code --set} flag that said it
 * @param what what is wrong and how to mend it, in a sentence without the final dot
 */
public record SpecProblem(String where, String what) {
  @Override
  public String toString() {
    return where + ": " + what;
  }
}
