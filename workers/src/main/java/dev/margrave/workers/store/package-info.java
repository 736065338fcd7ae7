/**
 * Where artefacts are: the configuration's choice between a directory and S3, and the store in S3.
 */
package dev.margrave.workers.store;
