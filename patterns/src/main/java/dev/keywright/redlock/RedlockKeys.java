package dev.keywright.redlock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.KeywrightException;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;

/** The keys of one lock, the same on every master, and what is asked of them. */
final class RedlockKeys {

    private static final Script ACQUIRE = Script.beside(RedlockKeys.class, "acquire.lua");
    private static final Script KEEP = Script.beside(RedlockKeys.class, "keep.lua");
    private static final Script RELEASE = Script.beside(RedlockKeys.class, "release.lua");

    private final Stem stem;
    private final byte[][] keys;

    RedlockKeys(String name) {
        this.stem = new Stem("redlock", "redlock", name);
        this.keys = new byte[][] {stem.key(""), stem.key(":fence")};
    }

    private static byte[] bytes(Object word) {
        return word.toString().getBytes(US_ASCII);
    }

    Script.Invocation acquire(String owner, RedlockOptions options) {
        return ACQUIRE.with(
                        keys,
                        bytes(owner),
                        bytes(options.lease().toMillis()),
                        bytes(options.delayAfterStart().toMillis()))
                .repeatable();
    }

    Script.Invocation keep(String owner, long token, Duration lease) {
        return KEEP.with(keys, bytes(owner), bytes(token), bytes(lease.toMillis()))
                .repeatable();
    }

    /** Not sent again by the connection, since the second answer would be another one. */
    Script.Invocation release(String owner, long token) {
        return RELEASE.with(keys, bytes(owner), bytes(token));
    }

    String name() {
        return stem.name();
    }

    String where() {
        return stem.toString();
    }

    KeywrightException.Lost lost(long token) {
        return new KeywrightException.Lost("The hold with token " + token + " is over: released, or lost (" + where()
                + "). Stop; another one may have the lock.");
    }
}
