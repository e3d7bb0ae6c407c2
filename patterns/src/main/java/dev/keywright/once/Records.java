package dev.keywright.once;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.UUID;

/** Puts calls into the words of the scripts, and stored results into values. */
final class Records<V> {

    private static final Script BEGIN = Script.beside(Once.class, "begin.lua");
    private static final Script FINISH = Script.beside(Once.class, "finish.lua");
    private static final Script EXTEND = Script.beside(Once.class, "extend.lua");
    private static final byte[] NOTHING = {};

    final Connection connection;
    final OnceOptions options;
    final Duration deadline;
    private final String name;
    private final Codec<V> codec;
    private final KeySpace space;
    private final byte[] lease;
    private final byte[] retention;

    Records(Connection connection, String name, OnceOptions options, Codec<V> codec) {
        this.connection = connection;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.name = name;
        this.codec = codec;
        this.space = KeySpace.of("once", name);
        this.lease = number(options.lease());
        this.retention = number(options.retention());
    }

    private static byte[] number(Duration time) {
        return Long.toString(time.toMillis()).getBytes(UTF_8);
    }

    /** Of one attempt and no other. */
    static byte[] newOwner() {
        UUID id = UUID.randomUUID();
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    static byte[] digest(String fingerprint) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(fingerprint.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] key(String key) {
        return space.key(key, "record").getBytes(UTF_8);
    }

    String channel() {
        return "once:" + name + "!wake";
    }

    Script.Invocation begin(String key, byte[] owner, byte[] request, boolean waits) {
        return BEGIN.with(key(key), owner, request, lease, retention, (waits ? "1" : "0").getBytes(UTF_8))
                .repeatable();
    }

    Script.Invocation complete(String key, byte[] owner, V result) {
        byte[] encoded = codec.encode(result);
        byte[] bytes = new byte[encoded.length + 1];
        bytes[0] = codec.format();
        System.arraycopy(encoded, 0, bytes, 1, encoded.length);
        return finish(key, owner, "done", bytes);
    }

    Script.Invocation fail(String key, byte[] owner, String reason) {
        return finish(key, owner, "failed", reason.getBytes(UTF_8));
    }

    Script.Invocation free(String key, byte[] owner) {
        return finish(key, owner, "free", NOTHING);
    }

    private Script.Invocation finish(String key, byte[] owner, String state, byte[] result) {
        return FINISH.with(
                        key(key),
                        owner,
                        state.getBytes(UTF_8),
                        result,
                        retention,
                        channel().getBytes(UTF_8),
                        key.getBytes(UTF_8))
                .repeatable();
    }

    Script.Invocation extend(String key, byte[] owner) {
        return EXTEND.with(key(key), owner, lease, retention).repeatable();
    }

    boolean isGranted(Reply reply) {
        return reply.orThrow(where()).number() == 1;
    }

    V result(byte[] stored) {
        try {
            if (stored.length > 0) {
                return codec.decode(stored[0], stored, 1, stored.length - 1);
            }
        } catch (IllegalArgumentException e) {
            throw unreadable(e);
        }
        throw unreadable(new IllegalArgumentException("The stored result is empty"));
    }

    private KeywrightException unreadable(IllegalArgumentException cause) {
        return new KeywrightException.Misused(
                "A stored result of " + where() + " cannot be read by this codec. Use the one it was written with.",
                cause);
    }

    String where() {
        return "once " + name;
    }
}
