package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.rdb.RdbKeys;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Sends every key of a set with RESTORE ... REPLACE ABSTTL to whoever serves its slot. Keys whose time is over are counted and left
 * out.
 */
final class Transfer implements RdbKeys.Visitor, Pipeline.Exchange {

    /** What became of the keys of one database. */
    static final class Tally {

        private static final long MINUTE = Duration.ofMinutes(1).toMillis();
        /** No restore lasts longer. */
        private static final long HORIZON = Duration.ofDays(7).toMillis();

        private final TreeMap<Long, Long> ending = new TreeMap<>();
        private long restored;
        private long over;

        /** Keys the target has accepted. */
        long restored() {
            return restored;
        }

        /** Keys whose time was over before they were sent. */
        long over() {
            return over;
        }

        private void accepted(Entry entry, long now) {
            restored++;
            if (entry.isOver(now + HORIZON)) {
                ending.merge(entry.expiresAt() / MINUTE, 1L, Long::sum);
            }
        }

        /** How many accepted keys may have come to their end by then, with a minute or two for clocks that differ. */
        long mayBeGone(long millis) {
            return ending.headMap(millis / MINUTE + 1, true).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static final long PROGRESS_NANOS = Duration.ofMillis(200).toNanos();

    private static final byte[] RESTORE = "*6\r\n$7\r\nRESTORE\r\n".getBytes(US_ASCII);
    private static final byte[] OPTIONS = "$7\r\nREPLACE\r\n$6\r\nABSTTL\r\n".getBytes(US_ASCII);

    private final long expected;
    private final Consumer<String> progress;
    private final Pipeline pipeline;
    private final Map<Integer, Tally> tallies = new TreeMap<>();
    private final long begun = System.nanoTime();
    private long told = begun;
    private long seen;
    private long keys;
    private long bytes;

    /** @param expected how many keys will come */
    Transfer(Target to, long expected, Consumer<String> progress) {
        this.expected = expected;
        this.progress = progress;
        this.pipeline = new Pipeline(to, this);
    }

    @Override
    public void key(Entry entry) throws IOException {
        seen++;
        if (entry.isOver(System.currentTimeMillis())) {
            tally(entry.database()).over++;
        } else {
            pipeline.send(entry);
        }
        tell();
    }

    /** Returns when the target has answered for every key. */
    void finish() throws IOException {
        pipeline.finish();
    }

    @Override
    public int questions() {
        return 1;
    }

    @Override
    public void ask(Wire wire, Entry entry) throws IOException {
        wire.put(RESTORE);
        wire.word(entry.key());
        wire.word(entry.expires() ? Long.toString(entry.expiresAt()) : "0");
        wire.word(entry.payload());
        wire.put(OPTIONS);
    }

    @Override
    public void answered(List<Answer> answers, Owner owner, Entry entry) {
        if (answers.get(0) instanceof Answer.Failed failed) {
            throw refused(failed, entry.key(), owner);
        }
        tally(entry.database()).accepted(entry, System.currentTimeMillis());
        keys++;
        bytes += entry.payload().length;
    }

    private OpsException refused(Answer.Failed failed, byte[] key, Owner owner) {
        String remedy = failed.is("OOM")
                ? "Raise maxmemory there"
                : failed.text().contains("DUMP payload version")
                                || failed.text().contains("Bad data format")
                        ? "The target is older than the data; restore into a newer server"
                        : "Mend that";
        return new OpsException("The target refused [" + new String(key, UTF_8) + "]: " + failed.text() + " (" + owner
                + "). " + remedy + ", then run it again with --replace; " + keys + " keys are there so far.");
    }

    private void tell() {
        long now = System.nanoTime();
        if (now - told >= PROGRESS_NANOS) {
            told = now;
            progress.accept(String.format(
                    Locale.ROOT, "%,d of %,d keys, %,.0f per second", seen, expected, seen / ((now - begun) / 1e9)));
        }
    }

    /** Of a database; empty when none of its keys has come. */
    Tally tally(int database) {
        return tallies.computeIfAbsent(database, number -> new Tally());
    }

    /** How many keys the target has accepted. */
    long keys() {
        return keys;
    }

    /** Of their payloads. */
    long bytes() {
        return bytes;
    }
}
