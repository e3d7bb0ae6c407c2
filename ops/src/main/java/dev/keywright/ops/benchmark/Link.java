package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An open connection of the load: a socket that does not block, logged in, with its database chosen. */
final class Link implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SocketChannel socket;
    private final ByteChannel bytes;

    private Link(SocketChannel socket, ByteChannel bytes) {
        this.socket = socket;
        this.bytes = bytes;
    }

    /** @throws IOException when the server cannot be reached or says no */
    static Link open(Node node, Access access, int database) throws IOException {
        SocketChannel socket = SocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.socket().connect(new InetSocketAddress(node.host(), node.port()), (int) PATIENCE.toMillis());
            ByteChannel bytes = access.encryption().isPresent()
                    ? new Secured(socket, access.encryption().get().engine(node))
                    : socket;
            introduce(bytes, node, access, database);
            socket.configureBlocking(false);
            return new Link(socket, bytes);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static void introduce(ByteChannel bytes, Node node, Access access, int database) throws IOException {
        List<List<String>> commands = new ArrayList<>();
        if (access.password() != null) {
            commands.add(
                    access.user() == null
                            ? List.of("AUTH", access.password())
                            : List.of("AUTH", access.user(), access.password()));
        }
        if (database != 0) {
            commands.add(List.of("SELECT", Integer.toString(database)));
        }
        for (List<String> command : commands) {
            StringBuilder text = new StringBuilder("*" + command.size() + "\r\n");
            command.forEach(word -> text.append('$')
                    .append(word.getBytes(UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n"));
            ByteBuffer out = ByteBuffer.wrap(text.toString().getBytes(UTF_8));
            while (out.hasRemaining()) {
                bytes.write(out);
            }
            String answer = line(bytes);
            boolean needsNone = answer.contains("without any password configured");
            if (!answer.startsWith("+OK") && !needsNone) {
                throw new IOException(node + " does not accept " + command.get(0) + ": " + answer);
            }
        }
    }

    private static String line(ByteChannel bytes) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (line.indexOf("\n") < 0) {
            one.clear();
            if (bytes.read(one) < 0) {
                throw new EOFException("the connection was closed at its beginning");
            }
            line.append((char) one.get(0));
        }
        return line.toString().strip();
    }

    /** To wait for. */
    SocketChannel socket() {
        return socket;
    }

    /** To read and write. */
    ByteChannel bytes() {
        return bytes;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException closedAnyway) {
            // Nothing depends on it.
        }
    }
}
