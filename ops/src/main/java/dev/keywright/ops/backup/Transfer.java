package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Copies every key from a private server to the target: SCAN, then for each page PEXPIRETIME and DUMP in one go, and RESTORE ...
 * REPLACE ABSTTL to whoever serves the key's slot. Nobody waits for anybody: the private server is asked for the next page before
 * the last one is read, and the target may owe thousands of answers.
 * Payloads pass through without being kept; pages shrink as values grow.
 */
final class Transfer {

    private static final int SCAN_KEYS = 10_000;
    private static final int MOST_UNANSWERED = 10_000;
    private static final int SAMPLES = 1_000;
    private static final long PROGRESS_NANOS = Duration.ofMillis(200).toNanos();
    private static final Duration MOVING = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** The slot is elsewhere, or soon will be; nothing was written. */
    private static final Set<String> ELSEWHERE = Set.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN");

    private static final byte[] RESTORE = "$7\r\nRESTORE\r\n".getBytes(US_ASCII);
    private static final byte[] OPTIONS = "$7\r\nREPLACE\r\n$6\r\nABSTTL\r\n".getBytes(US_ASCII);

    private final Wire from;
    private final Target to;
    private final Consumer<String> progress;
    private final List<byte[]> samples = new ArrayList<>();
    private final List<byte[]> elsewhere = new ArrayList<>();
    private long keys;
    private long bytes;
    private long missing;
    private long told = System.nanoTime();
    private final Pace pace = new Pace();

    Transfer(Wire from, Target to, Consumer<String> progress) {
        this.from = from;
        this.to = to;
        this.progress = progress;
    }

    /** Copies one database, which both sides have selected. */
    void copy(int database, long expected) throws IOException {
        long begun = System.nanoTime();
        long every = Math.max(1, expected / SAMPLES);
        Page page = Page.first(from, SCAN_KEYS);
        while (true) {
            List<byte[]> found = page.keys();
            List<byte[]> asked = List.of();
            for (int at = 0; at < found.size(); at += asked.size()) {
                List<byte[]> next = found.subList(at, Math.min(found.size(), at + pace.keys()));
                ask(next);
                from.flush();
                pass(asked);
                asked = next;
            }
            page.askForNext(from, SCAN_KEYS);
            from.flush();
            pass(asked);
            for (int i = 0; i < found.size(); i++) {
                if ((keys + i) % every == 0 && samples.size() < SAMPLES) {
                    samples.add(found.get(i));
                }
            }
            tell(database, expected, begun);
            if (page.isLast()) {
                break;
            }
            page = Page.read(from);
        }
        settle(0);
        followMoves();
    }

    private void ask(List<byte[]> page) throws IOException {
        for (byte[] key : page) {
            from.begin(2);
            from.word("PEXPIRETIME");
            from.word(key);
            from.begin(2);
            from.word("DUMP");
            from.word(key);
        }
    }

    /** Passes on what was asked for. */
    private void pass(List<byte[]> page) throws IOException {
        long before = bytes;
        for (byte[] key : page) {
            hand(key);
        }
        to.flush();
        pace.saw(page.size(), bytes - before);
        settle(MOST_UNANSWERED);
    }

    /** The two answers about a key become one command. */
    private void hand(byte[] key) throws IOException {
        String expiry = Wire.orThrow(from.read()).text();
        int length = from.bulkLength();
        if (length < 0) {
            missing++; // its time was over
            return;
        }
        Target.Owner owner = to.owner(key);
        Wire wire = owner.wire();
        wire.begin(6);
        wire.put(RESTORE);
        wire.word(key);
        wire.word(expiry.startsWith("-") ? "0" : expiry);
        wire.put(("$" + length + "\r\n").getBytes(US_ASCII));
        from.handBulk(length, wire);
        wire.put(OPTIONS);
        owner.unanswered().add(key);
        keys++;
        bytes += length;
    }

    /** Takes answers of the target until it owes so many at most. */
    private void settle(int most) throws IOException {
        for (Target.Owner owner : to.owners()) {
            while (owner.unanswered().size() > most) {
                byte[] key = owner.unanswered().remove();
                if (owner.wire().read() instanceof Answer.Failed failed) {
                    if (!ELSEWHERE.contains(failed.text().split(" ", 2)[0])) {
                        throw refused(failed, key, owner);
                    }
                    elsewhere.add(key);
                }
            }
        }
    }

    private OpsException refused(Answer.Failed failed, byte[] key, Target.Owner owner) {
        String remedy = failed.is("OOM")
                ? "Raise maxmemory there"
                : failed.text().contains("DUMP payload version")
                                || failed.text().contains("Bad data format")
                        ? "The target is older than the data; restore into a newer server"
                        : "Mend that";
        return new OpsException(
                "The target refused [" + new String(key, UTF_8) + "]: " + failed.text() + " (" + owner.wire() + "). "
                        + remedy + ", then run it again with --replace; " + keys + " keys were sent so far.");
    }

    /** Sends again what belongs to slots that moved meanwhile. */
    private void followMoves() throws IOException {
        long deadline = System.nanoTime() + MOVING.toNanos();
        while (!elsewhere.isEmpty()) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                throw new IOException("slots are moving, and " + elsewhere.size() + " keys found no server");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            to.lookAgain();
            List<byte[]> again = List.copyOf(elsewhere);
            elsewhere.clear();
            keys -= again.size();
            for (int at = 0; at < again.size(); at += Pace.MOST_KEYS) {
                List<byte[]> page = again.subList(at, Math.min(again.size(), at + Pace.MOST_KEYS));
                ask(page);
                from.flush();
                pass(page);
            }
            settle(0);
        }
    }

    private void tell(int database, long expected, long begun) {
        long now = System.nanoTime();
        if (now - told >= PROGRESS_NANOS) {
            told = now;
            progress.accept(String.format(
                    Locale.ROOT,
                    "database %d: %,d of %,d keys, %,.0f per second",
                    database,
                    keys + missing,
                    expected,
                    (keys + missing) / ((now - begun) / 1e9)));
        }
    }

    /** How many keys the target has accepted. */
    long keys() {
        return keys;
    }

    /** Payload bytes. */
    long bytes() {
        return bytes;
    }

    /** Up to a thousand keys, spread over all of them. */
    List<byte[]> samples() {
        return List.copyOf(samples);
    }
}
