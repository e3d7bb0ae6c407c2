package dev.keywright.ops.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection to one server, for what a shared client cannot do: a replication stream, and payloads handed from one server to
 * another without being kept. RESP2, with buffers of its own. Not for several threads.
 */
public final class Wire implements Closeable {

    /** A server that saves for a replica says so every few seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final byte[] LINE_END = {'\r', '\n'};

    /** The server said no; the message is its own. */
    public static final class Refused extends RuntimeException {
        public Refused(String message) {
            super(message);
        }
    }

    private final Node node;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    final byte[] input = new byte[BUFFER_BYTES];
    private final byte[] output = new byte[BUFFER_BYTES];
    int inputAt;
    int inputEnd;
    private int outputEnd;

    private Wire(Node node, Socket socket) throws IOException {
        this.node = node;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** @throws Refused when the server does not accept user and password */
    public static Wire open(Node node, Access access) throws IOException {
        return open(node, access, PATIENCE);
    }

    /** As {@link #open(Node, Access)}; every read waits {@code patience} at most. */
    public static Wire open(Node node, Access access, Duration patience) throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.setSoTimeout((int) patience.toMillis());
            plain.connect(new InetSocketAddress(node.host(), node.port()), (int) CONNECT.toMillis());
            Socket socket =
                    access.encryption().isPresent() ? access.encryption().get().over(plain, node) : plain;
            Wire wire = new Wire(node, socket);
            wire.introduce(access);
            return wire;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private void introduce(Access access) throws IOException {
        String user = access.user();
        String password = access.password();
        if (password != null) {
            Answer login = user == null ? call("AUTH", password) : call("AUTH", user, password);
            boolean needsNone = login.text().contains("without any password configured");
            if (!needsNone) {
                orThrow(login);
            }
        }
    }

    public Node node() {
        return node;
    }

    /** Sends one command, waits for its reply and takes it as text. */
    public String ask(String... words) throws IOException {
        return orThrow(call(words)).text();
    }

    /** Sends one command and waits for its reply; an error is a value. */
    public Answer call(String... words) throws IOException {
        send(words);
        flush();
        return read();
    }

    public static Answer orThrow(Answer answer) {
        if (answer instanceof Answer.Failed failed) {
            throw new Refused(failed.text());
        }
        return answer;
    }

    // --- out

    public void send(String... words) throws IOException {
        begin(words.length);
        for (String word : words) {
            word(word);
        }
    }

    public void send(String command, byte[] key, String... more) throws IOException {
        begin(2 + more.length);
        word(command);
        word(key);
        for (String word : more) {
            word(word);
        }
    }

    /** Starts a command of so many words, which must follow. */
    public void begin(int words) throws IOException {
        put(("*" + words + "\r\n").getBytes(US_ASCII));
    }

    public void word(String word) throws IOException {
        word(word.getBytes(UTF_8));
    }

    public void word(byte[] word) throws IOException {
        put(("$" + word.length + "\r\n").getBytes(US_ASCII));
        put(word);
        put(LINE_END);
    }

    public void put(byte[] bytes) throws IOException {
        put(bytes, 0, bytes.length);
    }

    public void put(byte[] bytes, int from, int length) throws IOException {
        if (length > output.length - outputEnd) {
            flush();
            if (length > output.length) {
                out.write(bytes, from, length);
                return;
            }
        }
        System.arraycopy(bytes, from, output, outputEnd, length);
        outputEnd += length;
    }

    public void flush() throws IOException {
        if (outputEnd > 0) {
            int length = outputEnd;
            outputEnd = 0;
            out.write(output, 0, length);
        }
    }

    // --- in

    public Answer read() throws IOException {
        String line = line();
        if (line.isEmpty()) {
            throw new IOException("an empty line instead of a reply");
        }
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> new Answer.Bulk(rest.getBytes(UTF_8));
            case '-' -> new Answer.Failed(rest);
            case ':' -> new Answer.Whole(Long.parseLong(rest));
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> many(Integer.parseInt(rest));
            default -> throw new IOException("a reply that is no RESP2");
        };
    }

    private Answer bulk(int length) throws IOException {
        if (length < 0) {
            return Answer.Nothing.NOTHING;
        }
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            done += some(bytes, done, length - done);
        }
        skipLineEnd();
        return new Answer.Bulk(bytes);
    }

    private Answer many(int length) throws IOException {
        if (length < 0) {
            return Answer.Nothing.NOTHING;
        }
        List<Answer> items = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            items.add(read());
        }
        return new Answer.Many(items);
    }

    /** A line without its end, which may be a line feed alone. */
    public String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (inputAt == inputEnd) {
                fill();
            }
            char next = (char) (input[inputAt++] & 0xff);
            if (next == '\n') {
                break;
            }
            line.append(next);
        }
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
            line.setLength(length - 1);
        }
        return line.toString();
    }

    /** The next line without its end, as many bytes of it as there is room for; returns how long it is in all. */
    public int line(byte[] into) throws IOException {
        int length = 0;
        byte last = 0;
        while (true) {
            if (inputAt == inputEnd) {
                fill();
            }
            int start = inputAt;
            while (inputAt < inputEnd && input[inputAt] != '\n') {
                inputAt++;
            }
            int piece = inputAt - start;
            if (piece > 0) {
                last = input[inputAt - 1];
                System.arraycopy(
                        input,
                        start,
                        into,
                        Math.min(length, into.length),
                        Math.max(0, Math.min(piece, into.length - length)));
                length += piece;
            }
            if (inputAt < inputEnd) {
                inputAt++;
                return last == '\r' ? length - 1 : length;
            }
        }
    }

    /** At least one and at most so many of the next bytes. */
    public int some(byte[] into, int from, int most) throws IOException {
        if (inputAt == inputEnd) {
            if (most >= input.length) {
                int read = in.read(into, from, most);
                if (read < 0) {
                    throw new EOFException("the connection was closed");
                }
                return read;
            }
            fill();
        }
        int piece = Math.min(most, inputEnd - inputAt);
        System.arraycopy(input, inputAt, into, from, piece);
        inputAt += piece;
        return piece;
    }

    void skipLineEnd() throws IOException {
        for (int i = 0; i < LINE_END.length; i++) {
            if (inputAt == inputEnd) {
                fill();
            }
            inputAt++;
        }
    }

    private void fill() throws IOException {
        int read = in.read(input);
        if (read < 0) {
            throw new EOFException("the connection was closed");
        }
        inputAt = 0;
        inputEnd = read;
    }

    /** Reads more behind what is there from this place on, which moves to the front when room is short; answers by how much. */
    int more(int from) throws IOException {
        int moved = 0;
        if (from == inputEnd || inputEnd == input.length) {
            if (from == 0 && inputEnd == input.length) {
                throw new IOException("a line of more than " + input.length + " bytes instead of a reply");
            }
            System.arraycopy(input, from, input, 0, inputEnd - from);
            moved = from;
            inputEnd -= from;
        }
        int read = in.read(input, inputEnd, input.length - inputEnd);
        if (read < 0) {
            throw new EOFException("the connection was closed");
        }
        inputEnd += read;
        return moved;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException closedAnyway) {
            // Nothing depends on it.
        }
    }

    @Override
    public String toString() {
        return node.toString();
    }
}
