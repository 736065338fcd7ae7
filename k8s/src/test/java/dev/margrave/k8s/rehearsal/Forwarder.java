package dev.margrave.k8s.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Hands connections on to a port of this machine's loopback: a server there seems to be elsewhere.
 */
final class Forwarder {
  private Forwarder() {}

  /** Starts one, for the life of this process. */
  static void start(String host, int port, int to) {
    try {
      ServerSocket server = new ServerSocket();
      server.bind(new InetSocketAddress(host, port));
      thread(
          () -> {
            while (true) {
              Socket in = server.accept();
              thread(() -> handOn(in, to));
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void handOn(Socket in, int to) throws IOException {
    Socket out;
    try {
      out = new Socket(InetAddress.getLoopbackAddress(), to);
    } catch (IOException e) {
      in.close();
      throw e;
    }
    thread(() -> copy(in, out));
    copy(out, in);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void thread(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                Events.say("a connection was not handed on: " + e.getMessage());
              }
            },
            "forwarder");
    thread.setDaemon(true);
    thread.start();
  }

  /** To the end of either. */
  private static void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (java.net.SocketException e) {
      // The other direction has ended, and closed both.
      return;
    }
  }
}
