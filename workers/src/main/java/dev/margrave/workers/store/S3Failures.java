package dev.margrave.workers.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Failures of the storage as a sentence from which a user knows what to do.
 *
 * @param bucket whose failures they are
 */
record S3Failures(ArtefactLocation.Bucket bucket, S3Settings settings) {
  private static final int REDIRECTED = 301;
  private static final int FORBIDDEN = 403;

  /** Of the SDK when it found none; its exception has no type of its own. */
  private static final String NO_CREDENTIALS = "Unable to load credentials";

  /** Of a socket that was closed on this side, as the SDK does when an attempt takes too long. */
  private static final String CUT_OFF = "Socket closed";

  /**
   * The exception to throw.
   *
   * @param intention what could not be done, as in "write"
   * @param key of the object, or empty for the store as a whole
   */
  UncheckedIOException of(String intention, String key, Exception failure) {
    String message = "could not %s %s: %s".formatted(intention, address(key), sentence(failure));
    return new UncheckedIOException(message, new IOException(message, failure));
  }

  /** {@code s3://bucket/key}. */
  String address(String key) {
    return key.isEmpty() ? bucket.text() : "s3://" + bucket.name() + "/" + key;
  }

  private String sentence(Exception failure) {
    if (failure instanceof AwsServiceException answered) {
      return answered(answered);
    }
    Throwable root = root(failure);
    if (failure instanceof ApiCallAttemptTimeoutException
        || root instanceof SocketTimeoutException
        || CUT_OFF.equals(root.getMessage())) {
      return "the endpoint %s did not answer in time".formatted(settings.endpointText());
    }
    if (root instanceof ConnectException
        || root instanceof UnknownHostException
        || root instanceof NoRouteToHostException) {
      return "the endpoint %s is not reachable (%s)"
          .formatted(settings.endpointText(), root.getMessage());
    }
    if (failure instanceof AbortedException) {
      return "it was interrupted";
    }
    if (failure instanceof SdkException && text(failure).contains(NO_CREDENTIALS)) {
      return "no credentials were found; set margrave.artefacts.s3.access-key and secret-key, or"
          + " what the AWS SDK looks for";
    }
    return text(root);
  }

  private String answered(AwsServiceException failure) {
    String code =
        failure.awsErrorDetails() == null || failure.awsErrorDetails().errorCode() == null
            ? ""
            : failure.awsErrorDetails().errorCode();
    return switch (code) {
      case "NoSuchBucket" -> "there is no bucket " + bucket.name();
      case "InvalidAccessKeyId" -> "the storage does not know the access key";
      case "SignatureDoesNotMatch" -> "the secret key does not belong to the access key";
      case "RequestTimeTooSkewed" -> "the clocks of this machine and of the storage differ";
      case "ExpiredToken" -> "the credentials have expired";
      case "PermanentRedirect", "AuthorizationHeaderMalformed" -> otherRegion();
      default -> answered(failure, code);
    };
  }

  private String answered(AwsServiceException failure, String code) {
    if (failure.statusCode() == FORBIDDEN) {
      return "access denied; the credentials need the rights to list, read, write and delete";
    }
    if (failure.statusCode() == REDIRECTED) {
      return otherRegion();
    }
    return "the storage answered with status %d%s"
        .formatted(failure.statusCode(), code.isEmpty() ? "" : " (" + code + ")");
  }

  private String otherRegion() {
    return "the bucket is not in the region %s; set margrave.artefacts.s3.region"
        .formatted(settings.region());
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String text(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }
}
