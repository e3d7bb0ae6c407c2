package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The text of a Lua script, run as it is; see {@link CheckedScript} for one whose calls are checked. It is run by its digest; a server that does not know it (a new
 * master, a restart, SCRIPT FLUSH) answers NOSCRIPT without running anything, and then the same node gets the whole text.
 * Nothing is loaded ahead of time, so no node has to be remembered.
 */
public final class Script {

    private static final int FRAME = 11; // around an argument of up to 9,999 bytes

    private final String name;
    private final String source;
    private final byte[] digest;

    private Script(String name, String source) {
        this.name = name;
        this.source = source;
        this.digest = sha1(source).getBytes(UTF_8);
    }

    /** The script of that file name in the package of the class. */
    public static Script beside(Class<?> type, String file) {
        try (InputStream stream = type.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("No script " + file + " beside " + type.getName()
                        + ". Put it into the same package among the resources; in a module, open the package.");
            }
            return of(file, new String(stream.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param name for messages */
    public static Script of(String name, String source) {
        return new Script(name, source);
    }

    public String name() {
        return name;
    }

    public String source() {
        return source;
    }

    /** What EVALSHA calls it. */
    public String digest() {
        return new String(digest, UTF_8);
    }

    /** The script with its keys, which share a hash slot, and its arguments. */
    public Invocation with(List<String> keys, List<String> arguments) {
        return new Invocation(bytes(keys), bytes(arguments), false, false);
    }

    /** The script with one key, and arguments that are bytes; they must not be changed afterwards. */
    public Invocation with(byte[] key, byte[]... arguments) {
        return with(new byte[][] {key}, arguments);
    }

    /** The script with its keys, which share a hash slot, and arguments that are bytes; they must not be changed afterwards. */
    public Invocation with(byte[][] keys, byte[]... arguments) {
        return new Invocation(keys, arguments, false, false);
    }

    private static byte[][] bytes(List<String> words) {
        byte[][] bytes = new byte[words.size()][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = words.get(i).getBytes(UTF_8);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return name;
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Both sendings share one deadline; a little is always left to say so. */
    static Duration left(Duration timeout, long start) {
        return Duration.ofNanos(Math.max(1_000, timeout.toNanos() - (System.nanoTime() - start)));
    }

    /** One run of a script. */
    public final class Invocation {

        private final byte[][] keys;
        private final byte[][] arguments;
        private final boolean repeatable;
        private final boolean readOnly;

        private Invocation(byte[][] keys, byte[][] arguments, boolean repeatable, boolean readOnly) {
            this.keys = keys;
            this.arguments = arguments;
            this.repeatable = repeatable;
            this.readOnly = readOnly;
        }

        /** Says that running the script twice does no harm, so it may be sent again after a broken connection. */
        public Invocation repeatable() {
            return new Invocation(keys, arguments, true, readOnly);
        }

        /** Says that the script changes nothing, so a replica may run it where the connection allows one; a write is refused. */
        public Invocation readOnly() {
            return new Invocation(keys, arguments, true, true);
        }

        public Reply call(Connection connection, Duration timeout) {
            long start = System.nanoTime();
            Reply reply = connection.call(byDigest(), timeout);
            return isUnknown(reply) ? connection.call(byText(), left(timeout, start)) : reply;
        }

        public CompletionStage<Reply> send(Connection connection, Duration timeout) {
            long start = System.nanoTime();
            return connection
                    .send(byDigest(), timeout)
                    .thenCompose(reply -> isUnknown(reply)
                            ? connection.send(byText(), left(timeout, start))
                            : CompletableFuture.completedStage(reply));
        }

        /** For a batch, whose caller looks at the reply and sends {@link #byText()} when {@link #isUnknown}. */
        public Command byDigest() {
            return command(readOnly ? "EVALSHA_RO" : "EVALSHA", digest);
        }

        public Command byText() {
            return command(readOnly ? "EVAL_RO" : "EVAL", source.getBytes(UTF_8));
        }

        private Command command(String name, byte[] what) {
            Command.Builder builder =
                    Command.named(name, room(what)).argument(what).argument(keys.length);
            for (byte[] key : keys) {
                builder.key(key);
            }
            for (byte[] argument : arguments) {
                builder.argument(argument);
            }
            if (readOnly) {
                return builder.buildReadOnly();
            }
            return repeatable ? builder.buildRepeatable() : builder.build();
        }

        private int room(byte[] what) {
            int room = what.length + FRAME;
            for (byte[] key : keys) {
                room += key.length + FRAME;
            }
            for (byte[] argument : arguments) {
                room += argument.length + FRAME;
            }
            return room;
        }
    }

    /** Whether the node did not know the script, and so did not run it. */
    public static boolean isUnknown(Reply reply) {
        return reply instanceof Reply.Failure failure && failure.is("NOSCRIPT");
    }
}
