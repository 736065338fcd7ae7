package dev.margrave.bench;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Times methods by JMH, each in a process of its own with this one's options.
 *
 * @param owner of the methods, each annotated as a benchmark
 * @param parameters of the owner, by name
 * @param milliseconds an iteration
 * @param iterations that warm up, and again as many that are measured
 */
record Methods(Class<?> owner, Map<String, String> parameters, int milliseconds, int iterations) {

  /** Of a call, on average. */
  double seconds(String method) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + owner.getName().replace(".", "\\.") + "\\." + method + "$")
            .forks(1)
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.SECONDS)
            .warmupIterations(iterations)
            .warmupTime(TimeValue.milliseconds(milliseconds))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(milliseconds))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    parameters.forEach((name, value) -> options.param(name, value));
    return new Runner(options.build()).runSingle().getPrimaryResult().getScore();
  }
}
