package dev.margrave.k8s.rehearsal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Answers what a cluster's DNS does: the addresses of a service, by its full name (RFC 1035). */
final class NameServer {
  private static final int PORT = 53;
  private static final int LARGEST = 512;
  private static final int HEADER = 12;
  private static final int ADDRESS = 1;
  private static final int ANSWER = 0x8580;
  private static final int NO_SUCH_NAME = 3;
  private static final int POINTER_TO_QUESTION = 0xc000 | HEADER;
  private static final int TTL_SECONDS = 5;

  private final DatagramSocket socket;
  private final Function<String, Optional<List<String>>> addresses;

  private NameServer(DatagramSocket socket, Function<String, Optional<List<String>>> addresses) {
    this.socket = socket;
    this.addresses = addresses;
  }

  /**
   * Starts it.
   *
   * @param addresses IPv4, of a name in lower case; empty: there is no such name
   */
  static void start(String host, Function<String, Optional<List<String>>> addresses) {
    try {
      NameServer server =
          new NameServer(new DatagramSocket(new InetSocketAddress(host, PORT)), addresses);
      Thread thread = new Thread(server::serve, "name-server");
      thread.setDaemon(true);
      thread.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve() {
    byte[] buffer = new byte[LARGEST];
    while (true) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException | RuntimeException e) {
        Events.say("the name server could not answer: " + e);
      }
    }
  }

  private byte[] answer(ByteBuffer question) throws IOException {
    short id = question.getShort(0);
    question.position(HEADER);
    StringBuilder name = new StringBuilder();
    for (int length = question.get(); length > 0; length = question.get()) {
      byte[] label = new byte[length];
      question.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
    }
    int type = question.getShort();
    question.getShort();
    byte[] asked = new byte[question.position() - HEADER];
    question.position(HEADER);
    question.get(asked);

    Optional<List<String>> found = addresses.apply(name.toString().toLowerCase(Locale.ROOT));
    List<String> given = type == ADDRESS ? found.orElse(List.of()) : List.of();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(id);
    out.writeShort(ANSWER | (found.isEmpty() ? NO_SUCH_NAME : 0));
    out.writeShort(1);
    out.writeShort(given.size());
    out.writeInt(0);
    out.write(asked);
    for (String address : given) {
      byte[] octets = InetAddress.getByName(address).getAddress();
      out.writeShort(POINTER_TO_QUESTION);
      out.writeShort(ADDRESS);
      out.writeShort(1);
      out.writeInt(TTL_SECONDS);
      out.writeShort(octets.length);
      out.write(octets);
    }
    return bytes.toByteArray();
  }
}
