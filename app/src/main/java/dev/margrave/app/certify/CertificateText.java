package dev.margrave.app.certify;

import dev.margrave.app.text.Meaning;
import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Wrap;
import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.LowerBounds;
import java.util.ArrayList;
import java.util.List;

/** A certificate for the eye. */
final class CertificateText {
  private static final int WIDTH = 96;
  private static final int DECIMALS = 6;

  private CertificateText() {}

  static List<String> lines(Certificate certificate) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %s"
            .formatted(
                certificate.verdict(),
                switch (certificate.verdict()) {
                  case CERTIFIED -> "this witness is not constant in the input";
                  case INCONCLUSIVE -> "the margin is above the boundary, but not safely";
                  case NEGATIVE ->
                      certificate.constant()
                          ? "the witness hardly depends on the input"
                          : "the witness varies, but follows the teacher no better than a constant";
                }));
    lines.add("");
    lines.add(row("inputs, classes", "", size(certificate)));
    lines.add(row("teacher information", "I", nats(certificate.teacherInformationNats())));
    lines.add(row("alignment loss", "L", nats(certificate.alignmentLossNats())));
    lines.add(
        row(
            "margin",
            "G = I − L",
            nats(certificate.marginNats())
                + "   standard error "
                + Numbers.fixed(certificate.standardErrorNats(), DECIMALS)));
    lines.add(
        row(
            "safe margin",
            "G − τ",
            nats(certificate.safeMarginNats()) + "   τ = " + certificate.safetyMarginNats()));
    lines.add(
        row("round-off bound", "b", " " + Numbers.tiny(certificate.roundoffBoundNats()) + " nats"));
    lines.add(row("witness information", "I_W", nats(certificate.witnessInformationNats())));
    LowerBounds bounds = certificate.lowerBounds();
    String percent = "%s %%".formatted(Numbers.fixed(100 * bounds.confidence(), 1));
    lines.add(row("lower bound, asymptotic", percent, nats(bounds.asymptotic())));
    lines.add(
        row(
            "lower bound, Hoeffding",
            percent,
            bounds.hoeffding().isPresent()
                ? nats(bounds.hoeffding().getAsDouble())
                : " not available without --teacher-floor and --witness-floor"));
    lines.add(row("latent-only audit", "", " not possible on arrays: nothing is said about it"));
    lines.add("");
    lines.addAll(Wrap.lines(Meaning.SENTENCE, WIDTH));
    return lines;
  }

  private static String size(Certificate certificate) {
    String samples =
        certificate.samples() == 1 ? "" : ", " + certificate.samples() + " samples of the code";
    return " " + Numbers.count(certificate.n()) + ", " + certificate.k() + samples;
  }

  private static String row(String name, String symbol, String value) {
    return "  %-24s %-10s %s".formatted(name, symbol, value);
  }

  private static String nats(double value) {
    String text = Numbers.fixed(value, DECIMALS);
    return (text.startsWith("−") ? text : " " + text) + " nats";
  }
}
