/**
 * The certificate: the arithmetic that says on which side of the boundary of constant collapse a
 * witness stands. Everything else in Margrave exists to earn this number or to show it.
 *
 * <h2>What is certified</h2>
 *
 * <p>A teacher T gives every input x_i a distribution T_i over K classes and is frozen before
 * training. A witness reads only the latent code: w_i = softmax(head(z_i)). Write T̄ = (1/n) Σ_i
 * T_i. Then
 *
 * <pre>
 *   I = (1/n) Σ_i KL(T_i ‖ T̄)       teacher information
 *   L = (1/n) Σ_i KL(T_i ‖ w_i)      alignment loss
 *   G = I − L                        margin
 * </pre>
 *
 * <p>For every constant c, (1/n) Σ_i KL(T_i ‖ c) = I + KL(T̄ ‖ c) ≥ I, with equality only at c =
 * T̄. So the best constant student has L = I, and a witness with G &gt; 0 cannot be constant in the
 * input: variation that the teacher asks for has passed through the latent path. That is all that
 * is claimed. It does not rule out other forms of posterior collapse.
 *
 * <h2>What is computed</h2>
 *
 * <p>The entropies of the teacher cancel in G, which is computed in the form where they have:
 *
 * <pre>
 *   G = (1/n) Σ_i g_i,   g_i = Σ_k T_ik (ln w_ik − ln T̄_k)
 * </pre>
 *
 * <ol>
 *   <li>{@link dev.margrave.certificate.RowSource} gives rows of doubles, from memory or from .npy
 *       files of any size; {@code DistributionRows} checks each and divides it by its sum.
 *   <li>{@code MeanTeacher} is the first pass over the rows, for T̄.
 *   <li>{@code MarginPass} is the second, for all else, into {@code MarginSums}. Fixed blocks and
 *       one order of reduction make the bits independent of the number of threads ({@code Blocks}).
 *   <li>{@code Kernel} is what both do with rows, as plain loops or on the processor's vectors, to
 *       the same bits; {@code Elementary} is its ln and exp.
 *   <li>{@code RoundoffBound} is b, a rigorous bound on the floating-point error of G.
 *   <li>{@code ConfidenceBounds} are two lower bounds on the margin of the population.
 *   <li>{@link dev.margrave.certificate.Certifier} puts them together.
 * </ol>
 *
 * <h2>How it is judged</h2>
 *
 * <pre>
 *   NEGATIVE      G ≤ b
 *   CERTIFIED     G − τ &gt; b, and the asymptotic lower bound is above 0
 *   INCONCLUSIVE  between
 * </pre>
 *
 * <p>on a held-out split. The latent-only audit, that the witness sees nothing but z, is made where
 * the model is, and comes on top. With sampled codes even a witness that knows nothing varies with
 * the noise, so the claim is statistical: for z independent of the input the expected margin is at
 * most 0, whatever the head. {@link dev.margrave.certificate.PermutationTest} asks the same
 * question at any n, without an approximation. At z = μ(x) there is no noise, and the claim is
 * exact on the data.
 *
 * <p><b>Source.</b> Zhang, Zhang, Peng, "A Testable Certificate for Constant Collapse in
 * Teacher-Guided VAEs", arXiv 2605.05813 (2026). The bounds b, on the population, and the test are
 * additions of this implementation; each names its own source.
 */
package dev.margrave.certificate;
