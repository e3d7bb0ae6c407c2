package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.optimize.Form.Kind;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes values of one server anew, one at a time, where new limits make them compact. One thread. */
final class Rewriting {

    /** Of all servers. */
    static final class Tally {
        private long lookedAt;
        private long rewritten;
        private long tooLarge;
        private long elsewhere;
        private long touched;

        /** Values that were looked into and do not fit, which counts as an access to them. */
        long touched() {
            return touched;
        }

        /** Keys whose slot has moved, or whose server is a primary no more. */
        long elsewhere() {
            return elsewhere;
        }

        long lookedAt() {
            return lookedAt;
        }

        long rewritten() {
            return rewritten;
        }

        long tooLarge() {
            return tooLarge;
        }
    }

    private static final String SCRIPT = script();
    private static final String PAGE = "100";
    private static final Set<String> LARGE = Set.of("hashtable", "skiplist", "quicklist");
    /** DUMP and RESTORE of more hold a server up for some milliseconds. */
    static final long MOST_BYTES = 1L << 20;
    /** More than two nodes of 8 kB: one in the middle to compress. */
    private static final long LEAST_OF_LIST = 16_500;
    /** The slot is elsewhere, or soon will be. */
    private static final Set<String> ELSEWHERE = Set.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN");

    private static final int TOO_LARGE = -1;
    private static final int LOOKED_INTO = -2;
    /** Replicas may be so far behind; more would fill their buffers on the primary, which then cuts them off. */
    private static final long MOST_BEHIND = 16L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Pattern REPLICA = Pattern.compile("slave\\d+");
    private static final Pattern OFFSET = Pattern.compile(".*state=online,.*?offset=(\\d{1,18}),.*");

    private final Wire wire;
    private final List<String> limits;
    private final Guard guard;
    private final Tally tally;
    private final Consumer<String> progress;
    /** Whether a look into a value counts as no access. */
    private boolean sparing;

    Rewriting(
            Wire wire,
            Map<String, String> changed,
            Map<String, String> all,
            Guard guard,
            Tally tally,
            Consumer<String> progress) {
        this.wire = wire;
        this.guard = guard;
        this.tally = tally;
        this.progress = progress;
        Directives hash = Directives.of(Kind.HASH);
        Directives integers = Directives.of(Kind.INTEGERS);
        Directives set = Directives.of(Kind.SET);
        Directives sorted = Directives.of(Kind.SORTED_SET);
        this.limits = List.of(
                concerned(hash, changed) ? all.getOrDefault(hash.entries(), "0") : "0",
                all.getOrDefault(hash.value(), "0"),
                concerned(integers, changed) ? all.getOrDefault(integers.entries(), "0") : "0",
                concerned(set, changed) ? all.getOrDefault(set.entries(), "0") : "0",
                all.getOrDefault(set.value(), "0"),
                concerned(sorted, changed) ? all.getOrDefault(sorted.entries(), "0") : "0",
                all.getOrDefault(sorted.value(), "0"),
                concerned(Directives.of(Kind.LIST), changed) ? Long.toString(LEAST_OF_LIST) : "0",
                Long.toString(MOST_BYTES));
    }

    private static boolean concerned(Directives limits, Map<String, String> changed) {
        return changed.containsKey(limits.entries()) || changed.containsKey(limits.value());
    }

    private static boolean isElsewhere(Answer.Failed failed) {
        return ELSEWHERE.contains(failed.text().split(" ", 2)[0]);
    }

    void run() throws IOException, Guard.Halt {
        long unseen = 0;
        Memory memory = Memory.of(wire);
        sparing = memory.spares(wire);
        int databases = memory.highestDatabase() + 1;
        for (int database = 0; database < databases; database++) {
            if (databases > 1) {
                wire.ask("SELECT", Integer.toString(database));
            }
            String cursor = "0";
            do {
                Answer.Many page = (Answer.Many) Wire.orThrow(wire.call("SCAN", cursor, "COUNT", PAGE));
                cursor = page.items().get(0).text();
                List<Answer> names = ((Answer.Many) page.items().get(1)).items();
                for (byte[] name : large(names)) {
                    guard.next();
                    long bytes = write(name);
                    guard.wrote(bytes);
                    unseen += bytes;
                    if (unseen > MOST_BEHIND) {
                        awaitReplicas();
                        unseen = 0;
                    }
                }
                tally.lookedAt += names.size();
                guard.look();
                progress.accept(tally.lookedAt + " keys looked at, " + tally.rewritten + " written anew");
            } while (!cursor.equals("0"));
        }
    }

    private List<byte[]> large(List<Answer> names) throws IOException {
        for (Answer name : names) {
            wire.begin(3);
            wire.word("OBJECT");
            wire.word("ENCODING");
            wire.word(((Answer.Bulk) name).bytes());
        }
        wire.flush();
        List<byte[]> large = new ArrayList<>();
        for (Answer name : names) {
            Answer encoding = wire.read();
            if (encoding instanceof Answer.Failed failed && failed.is("NOPERM")) {
                throw new Wire.Refused(failed.text());
            }
            if (LARGE.contains(encoding.text())) {
                large.add(((Answer.Bulk) name).bytes());
            }
        }
        return large;
    }

    /** Returns how many bytes that were; 0 when it was left alone. */
    private long write(byte[] name) throws IOException {
        wire.begin(4 + limits.size());
        wire.word("EVAL");
        wire.word(SCRIPT);
        wire.word("1");
        wire.word(name);
        for (String limit : limits) {
            wire.word(limit);
        }
        wire.flush();
        Answer answer = wire.read();
        if (answer instanceof Answer.Failed failed && !isElsewhere(failed)) {
            throw new Wire.Refused(failed.text());
        }
        tally.elsewhere += answer instanceof Answer.Failed ? 1 : 0;
        long outcome = answer instanceof Answer.Whole whole ? whole.value() : 0;
        tally.rewritten += outcome > 0 ? 1 : 0;
        tally.tooLarge += outcome == TOO_LARGE ? 1 : 0;
        tally.touched += outcome == LOOKED_INTO && !sparing ? 1 : 0;
        return Math.max(0, outcome);
    }

    private void awaitReplicas() throws IOException, Guard.Halt {
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (long behind = behind(); behind > MOST_BEHIND; behind = behind()) {
            if (System.nanoTime() - until > 0) {
                throw new Guard.Halt("a replica of " + wire + " stays " + behind + " bytes behind");
            }
            LockSupport.parkNanos(LOOK.toNanos());
            guard.look();
        }
    }

    /** How many bytes the slowest replica has still to take. */
    private long behind() throws IOException {
        Memory replication = Memory.of(wire, "replication");
        long slowest = Long.MAX_VALUE;
        for (Map.Entry<String, String> each : replication.fields().entrySet()) {
            Matcher offset = OFFSET.matcher(each.getValue());
            if (REPLICA.matcher(each.getKey()).matches() && offset.matches()) {
                slowest = Math.min(slowest, Long.parseLong(offset.group(1)));
            }
        }
        return replication.number("master_repl_offset") - Math.min(slowest, replication.number("master_repl_offset"));
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(Rewriting.class.getResourceAsStream("write-anew.lua"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
