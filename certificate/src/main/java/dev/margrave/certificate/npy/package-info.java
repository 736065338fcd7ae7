/**
 * Reading and writing NumPy's .npy files.
 *
 * <p>{@link dev.margrave.certificate.npy.NpyArray} maps a file of any size; {@link
 * dev.margrave.certificate.npy.NpyWriter} writes one, byte for byte as NumPy would.
 *
 * <p><b>Source.</b> The documentation of {@code numpy.lib.format}.
 */
package dev.margrave.certificate.npy;
