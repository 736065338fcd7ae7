package dev.margrave.app.certify;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.Verdict;
import java.util.OptionalDouble;

/** The object that {@code certify --json} prints; its field names are a contract. */
record CertificateJson(
    long n,
    int k,
    double teacherInformationNats,
    double alignmentLossNats,
    double marginNats,
    double safetyMarginNats,
    double safeMarginNats,
    double roundoffBoundNats,
    double witnessInformationNats,
    Verdict verdict,
    boolean constant,
    Bounds lowerBounds) {

  /** {@code hoeffding} is null when it is not available. */
  record Bounds(double asymptotic, OptionalDouble hoeffding, double confidence) {}

  static CertificateJson of(Certificate certificate) {
    return new CertificateJson(
        certificate.n(),
        certificate.k(),
        certificate.teacherInformationNats(),
        certificate.alignmentLossNats(),
        certificate.marginNats(),
        certificate.safetyMarginNats(),
        certificate.safeMarginNats(),
        certificate.roundoffBoundNats(),
        certificate.witnessInformationNats(),
        certificate.verdict(),
        certificate.constant(),
        new Bounds(
            certificate.lowerBounds().asymptotic(),
            certificate.lowerBounds().hoeffding(),
            certificate.lowerBounds().confidence()));
  }
}
