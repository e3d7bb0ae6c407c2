package dev.keywright.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Lessee;
import dev.keywright.script.Script;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;

/** The keys of one lock, and what is asked of them. Two names never share a key, whatever they hold. */
final class LockKeys {

    private static final Script ACQUIRE = Script.beside(LockKeys.class, "acquire.lua");
    private static final Script RELEASE = Script.beside(LockKeys.class, "release.lua");
    private static final Script EXTEND = Script.beside(LockKeys.class, "extend.lua");

    private static final int SHOWN = 60;
    private static final byte[] ZERO = {'0'};
    private static final byte[] ONE = {'1'};

    private final String name;
    private final byte[] lock;
    private final byte[][] forAcquire;
    private final byte[][] forRelease;
    private final byte[] fair;

    LockKeys(String name, boolean fair) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("The name of the lock is empty; give what it protects");
        }
        this.name = name;
        String stem = "lock:{" + name.replace("%", "%25").replace("}", "%7D") + "}";
        this.lock = bytes(stem);
        byte[] waiting = bytes(stem + ":waiting");
        byte[] alive = bytes(stem + ":alive");
        this.forAcquire = new byte[][] {lock, bytes(stem + ":fence"), waiting, alive};
        this.forRelease = new byte[][] {lock, waiting, alive};
        this.fair = fair ? ONE : ZERO;
    }

    /** Half a character would be written as a question mark, and share the key of another name. */
    private static byte[] bytes(String text) {
        try {
            ByteBuffer written = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The name of the lock is not Unicode: it has half a surrogate pair", e);
        }
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    /** @param patience how long the owner is taken for alive while it waits, zero when it does not wait */
    Script.Invocation acquire(byte[] owner, Duration lease, int tokens, Duration patience, long since) {
        return ACQUIRE.with(
                        forAcquire,
                        owner,
                        number(lease.toMillis()),
                        number(tokens),
                        fair,
                        number(patience.toMillis()),
                        number(since))
                .repeatable();
    }

    Script.Invocation release(byte[] owner, boolean waited) {
        return RELEASE.with(forRelease, owner, fair, waited ? ONE : ZERO, Lessee.CHANNEL);
    }

    Script.Invocation extend(byte[] owner, Duration lease) {
        return EXTEND.with(lock, owner, number(lease.toMillis())).repeatable();
    }

    boolean isGranted(Reply reply) {
        return reply.orThrow(where()).number() == 1;
    }

    String name() {
        return name;
    }

    String where() {
        String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
        return "lock " + shown.replaceAll("\\p{Cntrl}", "?");
    }

    KeywrightException.Lost lost(long token) {
        return new KeywrightException.Lost("The hold with token " + token + " is over: released, or lost (" + where()
                + "). Stop; another one may have the lock.");
    }
}
