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
    private final byte @Nullable [] routingKey;
    private final boolean repeatable;
    private final boolean readOnly;

    private Command(Builder builder, boolean repeatable, boolean readOnly) {
        this.name = builder.name;
        this.wire = builder.wire;
        this.start = builder.seal();
        this.end = builder.end;
        this.routingKey = builder.routingKey;
        this.repeatable = repeatable;
        this.readOnly = readOnly;
    }

    /** Starts a command such as {@code HGET}; names of two words take the second one as an argument. */
    public static Builder named(String name) {
        return new Builder(name);
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
        return routingKey;
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

        private final String name;
        private byte[] wire = new byte[224];
        private int end = ROOM_FOR_COUNT;
        private int parts;
        private byte @Nullable [] routingKey;

        private Builder(String name) {
            this.name = name;
            argument(name);
        }

        /** Adds a key; the first one decides the node, and all keys of a command must share a hash slot. */
        public Builder key(byte[] key) {
            if (routingKey == null) {
                routingKey = key.clone();
            }
            return argument(key);
        }

        public Builder key(String key) {
            return key(key.getBytes(UTF_8));
        }

        public Builder argument(byte[] argument) {
            parts++;
            makeRoom(argument.length + 16);
            wire[end++] = '$';
            number(argument.length);
            lineEnd();
            System.arraycopy(argument, 0, wire, end, argument.length);
            end += argument.length;
            lineEnd();
            return this;
        }

        public Builder argument(String argument) {
            return argument(argument.getBytes(UTF_8));
        }

        public Builder argument(long argument) {
            return argument(Long.toString(argument));
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
            byte[] count = ("*" + parts + "\r\n").getBytes(UTF_8);
            int start = ROOM_FOR_COUNT - count.length;
            System.arraycopy(count, 0, wire, start, count.length);
            return start;
        }

        private void number(int number) {
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
