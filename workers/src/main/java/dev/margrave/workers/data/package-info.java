/**
 * Labelled image data sets in memory: reading the published files, the procedural {@code shapes},
 * choosing how much of them to use, the hash that names what was used, and fetching.
 *
 * <p>Begin at {@link dev.margrave.workers.data.Datasets#load}. Whatever is wrong with a user's data
 * is a {@link dev.margrave.workers.data.DataException}, whose message can be shown as it is.
 */
package dev.margrave.workers.data;
