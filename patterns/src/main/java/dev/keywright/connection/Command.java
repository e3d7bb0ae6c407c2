package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One Redis command: its name, the keys that decide where it goes, its arguments, and whether it may be sent twice.
 * Immutable; arguments are copied into the form that travels while the command is built, so the work is done by the
 * calling thread and not by the thread all callers share.
 */
public final class Command {

    private final String name;
    private final byte[] wire;
    private final int start;
    private final int end;
    private final int keyStart;
    private final int keyEnd;
    private final boolean repeatable;
    private final boolean readOnly;

    private Command(Builder builder, boolean repeatable, boolean readOnly) {
        this.name = builder.name;
        this.wire = builder.wire;
        this.start = builder.seal();
        this.end = builder.end;
        this.keyStart = builder.keyStart;
        this.keyEnd = builder.keyEnd;
        this.repeatable = repeatable;
        this.readOnly = readOnly;
    }

    /** Starts a command such as {@code HGET}; names of two words take the second one as an argument. */
    public static Builder named(String name) {
        return new Builder(name, Builder.ROOM);
    }

    /** Starts a command whose keys and arguments take about so many bytes, so that no more is reserved than is used. */
    public static Builder named(String name, int bytes) {
        return new Builder(name, Builder.ROOM_FOR_COUNT + Builder.FRAME + bytes);
    }

    public String name() {
        return name;
    }

    /** Whether the command may be sent again after its connection broke, without harm when it ran the first time. */
    public boolean repeatable() {
        return repeatable;
    }

    /** Whether a replica may answer, where {@link ConnectionOptions#readFrom()} allows one. */
    public boolean readOnly() {
        return readOnly;
    }

    byte @Nullable [] routingKey() {
        return keyStart == 0 ? null : Arrays.copyOfRange(wire, keyStart, keyEnd);
    }

    void writeTo(ByteBuf buffer) {
        buffer.writeBytes(wire, start, end - start);
    }

    /** The name and nothing else: keys and values may be secret. */
    @Override
    public String toString() {
        return name;
    }

    /** Collects keys and arguments in the order Redis expects them. Not for use by several threads. */
    public static final class Builder {

        private static final int ROOM_FOR_COUNT = 13; // *2147483647\r\n
        private static final int ROOM = 224;
        private static final int FRAME = 32; // around a name and two arguments

        private final String name;
        private byte[] wire;
        private int end = ROOM_FOR_COUNT;
        private int parts;
        private int keyStart;
        private int keyEnd;

        private Builder(String name, int room) {
            this.name = name;
            this.wire = new byte[room];
            word(name);
        }

        /** Adds a key; the first one decides the node, and all keys of a command must share a hash slot. */
        public Builder key(byte[] key) {
            argument(key);
            if (keyStart == 0) {
                keyEnd = end - 2;
                keyStart = keyEnd - key.length;
            }
            return this;
        }

        public Builder key(String key) {
            return key(key.getBytes(UTF_8));
        }

        public Builder argument(byte[] argument) {
            begin(argument.length);
            System.arraycopy(argument, 0, wire, end, argument.length);
            end += argument.length;
            lineEnd();
            return this;
        }

        /** Adds one argument that lies in two arrays. */
        public Builder argument(byte[] head, byte[] body) {
            int length = head.length + body.length;
            begin(length);
            System.arraycopy(head, 0, wire, end, head.length);
            System.arraycopy(body, 0, wire, end + head.length, body.length);
            end += length;
            lineEnd();
            return this;
        }

        public Builder argument(String argument) {
            return argument(argument.getBytes(UTF_8));
        }

        public Builder argument(long argument) {
            if (argument < 0) {
                return argument(Long.toString(argument));
            }
            begin(digits(argument));
            number(argument);
            lineEnd();
            return this;
        }

        /** Counts an argument, makes room for it and writes its length. */
        private void begin(int length) {
            parts++;
            makeRoom(length + 16);
            wire[end++] = '$';
            number(length);
            lineEnd();
        }

        private static int digits(long number) {
            int digits = 1;
            for (long rest = number / 10; rest > 0; rest /= 10) {
                digits++;
            }
            return digits;
        }

        /** A word of ASCII, as all names and options of Redis are, written where it lies. */
        private void word(String word) {
            begin(word.length());
            for (int i = 0; i < word.length(); i++) {
                wire[end++] = (byte) word.charAt(i);
            }
            lineEnd();
        }

        public Command build() {
            return new Command(this, false, false);
        }

        /** Builds a command that may be sent again when nobody knows whether it ran. */
        public Command buildRepeatable() {
            return new Command(this, true, false);
        }

        /**
         * Builds a command that changes nothing: a replica may answer it, with data a little older than the master's, and it
         * may be sent again. A replica refuses a write.
         */
        public Command buildReadOnly() {
            return new Command(this, true, true);
        }

        private int seal() {
            int start = ROOM_FOR_COUNT - 3 - digits(parts);
            int whole = end;
            end = start;
            wire[end++] = '*';
            number(parts);
            lineEnd();
            end = whole;
            return start;
        }

        private void number(long number) {
            if (number >= 10) {
                number(number / 10);
            }
            wire[end++] = (byte) ('0' + number % 10);
        }

        private void lineEnd() {
            wire[end++] = '\r';
            wire[end++] = '\n';
        }

        private void makeRoom(int more) {
            if (end + more > wire.length) {
                wire = Arrays.copyOf(wire, Math.max(end + more, wire.length * 2));
            }
        }
    }
}
