package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.optimize.Form.Kind;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Writes values of one server anew, one at a time, where new limits make them compact. One thread. */
final class Rewriting {

    /** Of all servers. */
    static final class Tally {
        private long lookedAt;
        private long rewritten;
        private long tooLarge;

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

    private static final String NO_KEY = "keywright:no-such-key:";
    private static final int MOST_NAMES = 10_000;
    private static final List<String> READS = List.of(
            "OBJECT ENCODING",
            "OBJECT IDLETIME",
            "OBJECT FREQ",
            "MEMORY USAGE",
            "HLEN",
            "HGETALL",
            "SCARD",
            "SMEMBERS",
            "ZCARD",
            "PEXPIRETIME",
            "DUMP");

    private static final int WRITTEN = 1;
    private static final int TOO_LARGE = 2;

    private final Wire wire;
    private final List<String> limits;
    private final Guard guard;
    private final Tally tally;
    private final Consumer<String> progress;

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
        Limits hash = Limits.of(Kind.HASH);
        Limits integers = Limits.of(Kind.INTEGERS);
        Limits set = Limits.of(Kind.SET);
        Limits sorted = Limits.of(Kind.SORTED_SET);
        this.limits = List.of(
                concerned(hash, changed) ? all.getOrDefault(hash.entries(), "0") : "0",
                all.getOrDefault(hash.value(), "0"),
                concerned(integers, changed) ? all.getOrDefault(integers.entries(), "0") : "0",
                concerned(set, changed) ? all.getOrDefault(set.entries(), "0") : "0",
                all.getOrDefault(set.value(), "0"),
                concerned(sorted, changed) ? all.getOrDefault(sorted.entries(), "0") : "0",
                all.getOrDefault(sorted.value(), "0"),
                concerned(Limits.of(Kind.LIST), changed) ? Long.toString(LEAST_OF_LIST) : "0",
                Long.toString(MOST_BYTES));
    }

    private static boolean concerned(Limits limits, Map<String, String> changed) {
        return changed.containsKey(limits.entries()) || changed.containsKey(limits.value());
    }

    /**
     * Calls every command once on a key that is not there. With {@code latency-tracking} (on by default) a server keeps some 25 kB of
     * statistics about each command it has seen; so they are there before memory is measured.
     */
    static void warm(Wire wire) throws IOException {
        String name = absent(wire);
        for (String command : READS) {
            wire.call((command + " " + name).split(" "));
        }
        wire.call("ZRANGE", name, "0", "-1");
        wire.call("SCAN", "0", "COUNT", "1");
        wire.call("PING");
        wire.call("RESTORE", name, "0", "no value");
        wire.call("EVAL", SCRIPT, "1", name, "0", "0", "0", "0", "0", "0", "0", "0", "0");
    }

    /** The name of a key that is not there, and would be this server's; a server does not count what it sends elsewhere. */
    private static String absent(Wire wire) throws IOException {
        int number = 0;
        while (number < MOST_NAMES
                && wire.call("TYPE", NO_KEY + number) instanceof Answer.Failed failed
                && isElsewhere(failed)) {
            number++;
        }
        return NO_KEY + number;
    }

    private static boolean isElsewhere(Answer.Failed failed) {
        return ELSEWHERE.contains(failed.text().split(" ", 2)[0]);
    }

    void run() throws IOException, Guard.TooSlow {
        int databases = Memory.of(wire).highestDatabase() + 1;
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
                    write(name);
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

    private void write(byte[] name) throws IOException {
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
        if (answer instanceof Answer.Failed failed) {
            if (!isElsewhere(failed)) {
                throw new Wire.Refused(failed.text());
            }
        } else if (answer instanceof Answer.Whole outcome) {
            tally.rewritten += outcome.value() == WRITTEN ? 1 : 0;
            tally.tooLarge += outcome.value() == TOO_LARGE ? 1 : 0;
        }
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(Rewriting.class.getResourceAsStream("write-anew.lua"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
