package dev.margrave.certificate;

/**
 * What is known about one witness table against one teacher table. All information quantities are
 * in nats; some may be infinite, none is ever NaN.
 *
 * @param n rows (inputs)
 * @param k columns (teacher components)
 * @param samples witness tables averaged over: draws of z per input, 1 at z = μ(x)
 * @param teacherInformationNats I = (1/n) Σ_i KL(T_i ‖ T̄)
 * @param alignmentLossNats L = (1/n) Σ_i KL(T_i ‖ w_i), averaged over the samples; may be +∞
 * @param marginNats G = I − L; may be −∞
 * @param safetyMarginNats τ
 * @param safeMarginNats G_τ = G − τ
 * @param roundoffBoundNats b: a rigorous bound on the floating-point error of G
 * @param witnessInformationNats I_W = (1/N) Σ_j KL(w_j ‖ w̄), over the N = n·samples rows of all
 *     samples; exactly 0 if all rows are equal
 * @param standardErrorNats sd(g)/√n, where g_i is averaged over the samples of input i; +∞ if G is
 *     −∞
 * @param verdict the verdict, if the tables are of a held-out split; the latent-only audit is not
 *     part of it
 * @param constant whether I_W is below {@link Certifier#CONSTANT_FRACTION} of I, the sense of
 *     {@link NegativeKind#CONSTANT}
 * @param lowerBounds confidence bounds on the population margin
 */
public record Certificate(
    long n,
    int k,
    int samples,
    double teacherInformationNats,
    double alignmentLossNats,
    double marginNats,
    double safetyMarginNats,
    double safeMarginNats,
    double roundoffBoundNats,
    double witnessInformationNats,
    double standardErrorNats,
    Verdict verdict,
    boolean constant,
    LowerBounds lowerBounds) {}
