package dev.keywright.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection that speaks just enough RESP2 to set up and check servers: a command goes out, its reply comes back. Text is
 * UTF-8. Not for several threads. Closing resets the connection, so that thousands of them leave no port in TIME_WAIT.
 */
final class Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 16_384);
    }

    /** Connects to 127.0.0.1 and gives the password when there is one; {@code timeout} holds for every single read. */
    static Wire open(int port, Access access, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoLinger(true, 0);
            socket.setSoTimeout((int) timeout.toMillis());
            socket.connect(new InetSocketAddress(Ports.LOOPBACK, port), (int) timeout.toMillis());
            Certificates certificates = access.certificates();
            Wire wire = new Wire(certificates == null ? socket : certificates.secure(socket));
            String password = access.password();
            if (password != null && wire.send("AUTH", password) instanceof Reply.Failed failed) {
                throw new ServerException(
                        failed.text() + " (AUTH on 127.0.0.1:" + port + "). Check directive requirepass.");
            }
            return wire;
        } catch (IOException | RuntimeException failure) {
            socket.close();
            throw failure;
        }
    }

    Reply send(String... words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ascii("*" + words.length + "\r\n"));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ascii("$" + bytes.length + "\r\n"));
            out.writeBytes(bytes);
            out.writeBytes(ascii("\r\n"));
        }
        socket.getOutputStream().write(out.toByteArray());
        return read();
    }

    private Reply read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> new Reply.Text(rest);
            case '-' -> new Reply.Failed(rest);
            case ':' -> new Reply.Whole(Long.parseLong(rest));
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            default -> throw new IOException("a reply that is no RESP2: " + line);
        };
    }

    private Reply bulk(int length) throws IOException {
        if (length < 0) {
            return new Reply.Missing();
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("the connection was closed within a reply");
        }
        return new Reply.Text(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    private Reply array(int length) throws IOException {
        if (length < 0) {
            return new Reply.Missing();
        }
        List<Reply> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            items.add(read());
        }
        return new Reply.Many(items);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection was closed before the reply");
            }
            if (next == '\n') {
                break;
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        if (text.length() < 2 || !text.endsWith("\r")) {
            throw new IOException("a reply that is no RESP: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException closedAnyway) {
            // Nothing of the caller's depends on it.
        }
    }
}
