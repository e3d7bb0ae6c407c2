package dev.keywright.semaphore;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Command;
import dev.keywright.lease.Lessee;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;

/** The keys of one semaphore, and what is asked of them. */
final class SemaphoreKeys {

    /** How long a number of permits that was stored is kept after the last question; acquire.lua says the same. */
    static final Duration STORED = Duration.ofDays(30);

    private static final Script ACQUIRE = Script.beside(SemaphoreKeys.class, "acquire.lua");
    private static final Script RELEASE = Script.beside(SemaphoreKeys.class, "release.lua");
    private static final Script EXTEND = Script.beside(SemaphoreKeys.class, "extend.lua");
    private static final Script USAGE = Script.beside(SemaphoreKeys.class, "usage.lua");

    private static final byte[] ZERO = {'0'};
    private static final byte[] ONE = {'1'};

    final Stem stem;
    private final byte[] permits;
    private final byte[] number;
    private final byte[][] all;
    private final byte[][] forExtend;
    private final byte[][] forUsage;

    SemaphoreKeys(String name, int permits) {
        this.stem = new Stem("sem", "semaphore", name);
        this.permits = number(permits);
        byte[] held = stem.key("");
        byte[] ends = stem.key(":ends");
        byte[] waiting = stem.key(":waiting");
        this.number = stem.key(":permits");
        this.all = new byte[][] {held, ends, waiting, stem.key(":wishes"), number};
        this.forExtend = new byte[][] {held, ends};
        this.forUsage = new byte[][] {held, ends, waiting, number};
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    Script.Invocation acquire(byte[] owner, int wanted, Duration lease, Duration patience, long since) {
        return ACQUIRE.with(
                        all,
                        owner,
                        number(wanted),
                        permits,
                        number(lease.toMillis()),
                        number(patience.toMillis()),
                        number(since))
                .repeatable();
    }

    Script.Invocation release(byte[] owner, boolean waited) {
        return RELEASE.with(all, owner, permits, waited ? ONE : ZERO, Lessee.CHANNEL);
    }

    Script.Invocation extend(byte[] owner, Duration lease) {
        return EXTEND.with(forExtend, owner, number(lease.toMillis())).repeatable();
    }

    Script.Invocation usage() {
        return USAGE.with(forUsage, permits, number(1_000)).repeatable();
    }

    Command store(int permits) {
        return Command.named("SET")
                .key(number)
                .argument(Integer.toString(permits))
                .argument("PX")
                .argument(STORED.toMillis())
                .buildRepeatable();
    }

    Command forget() {
        return Command.named("DEL").key(number).buildRepeatable();
    }
}
