package dev.keywright.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.server.Standalone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One lock that several processes want, each with one client and one thread: how often it changes hands, how long the waits are, how
 * evenly it is given. The contenders take turns on one server, see {@link Race}; a hold is released at once. Prints Markdown.
 *
 * <p>Arguments: processes (8), rounds (7), milliseconds per turn (1,000), contenders (those of {@link Lockers#HOT}).
 */
public final class LockProcesses {

    private static final long LONGEST = 600_000_000; // us
    private static final long MOST_PATIENCE = 60;

    private LockProcesses() {}

    /** What one turn gave. */
    private record Turn(double perSecond, double evenness, long p50, long p99, long longest) {}

    public static void main(String[] arguments) throws IOException {
        int processes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        long millis = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1_000;
        List<String> names = arguments.length > 3 ? List.of(arguments[3].split(",")) : Lockers.HOT;
        List<Party> parties = new ArrayList<>();
        try (Standalone redis = Standalone.start()) {
            for (String name : names) {
                Party party = Party.start(name, redis.uri(), processes);
                parties.add(party);
                party.turn(Math.max(3_000, millis)); // to warm up
                party.turns.clear();
            }
            for (int round = 0; round < rounds; round++) {
                List<Party> order = new ArrayList<>(parties);
                if (round % 2 == 1) {
                    Collections.reverse(order);
                }
                order.forEach(party -> party.turn(millis));
            }
        } finally {
            parties.forEach(Party::stop);
        }
        System.out.println(
                "| contender | holds/s of " + processes + " processes (range) | p50 / p99 / longest us | evenness |");
        System.out.println("| --- | --- | --- | --- |");
        parties.forEach(Party::print);
    }

    /** The processes of one contender; they do something only during a turn. */
    private static final class Party {

        private final String name;
        private final List<Process> processes = new ArrayList<>();
        private final List<BufferedReader> words = new ArrayList<>();
        private final List<Turn> turns = new ArrayList<>();

        private Party(String name) {
            this.name = name;
        }

        static Party start(String name, String uri, int count) throws IOException {
            Party party = new Party(name);
            for (int i = 0; i < count; i++) {
                Process process = new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                name,
                                uri)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                party.processes.add(process);
                party.words.add(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
            }
            for (BufferedReader word : party.words) {
                answer(word);
            }
            return party;
        }

        void turn(long millis) {
            for (Process process : processes) {
                new PrintStream(process.getOutputStream(), true, UTF_8).println(millis);
            }
            Histogram waits = new Histogram(LONGEST, 2);
            long[] counts = new long[processes.size()];
            for (int i = 0; i < counts.length; i++) {
                for (String word : answer(words.get(i)).split(" ")) {
                    String[] pair = word.split("x");
                    waits.recordValueWithCount(Long.parseLong(pair[0]), Long.parseLong(pair[1]));
                    counts[i] += Long.parseLong(pair[1]);
                }
            }
            Arrays.sort(counts);
            turns.add(new Turn(
                    Arrays.stream(counts).sum() * 1e3 / millis,
                    (double) counts[0] / counts[counts.length - 1],
                    waits.getValueAtPercentile(50),
                    waits.getValueAtPercentile(99),
                    waits.getMaxValue()));
        }

        /** Of a child; one that died says nothing, which is an error. */
        private static String answer(BufferedReader word) {
            try {
                String line = word.readLine();
                if (line == null) {
                    throw new IllegalStateException("a process of the contender ended");
                }
                return line;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        void print() {
            double[] rates =
                    turns.stream().mapToDouble(Turn::perSecond).sorted().toArray();
            double[] evenness =
                    turns.stream().mapToDouble(Turn::evenness).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f (%,.0f-%,.0f) | %d / %d / %d | %.2f |%n",
                    name,
                    rates[rates.length / 2],
                    rates[0],
                    rates[rates.length - 1],
                    middle(turns.stream().mapToLong(Turn::p50).sorted().toArray()),
                    middle(turns.stream().mapToLong(Turn::p99).sorted().toArray()),
                    turns.stream().mapToLong(Turn::longest).max().orElseThrow(),
                    evenness[evenness.length / 2]);
        }

        private static long middle(long[] sorted) {
            return sorted[sorted.length / 2];
        }

        void stop() {
            processes.forEach(Process::destroy);
            for (Process process : processes) {
                try {
                    if (!process.waitFor(MOST_PATIENCE, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                    }
                } catch (InterruptedException e) {
                    process.destroyForcibly();
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** One process: for each line, so many milliseconds, it acquires and releases, and then writes the waits and how often each was. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws IOException {
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            try (Lockers lockers = Lockers.open(arguments[0], arguments[1])) {
                System.out.println("ready");
                for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                    System.out.println(turn(lockers, arguments[0], Long.parseLong(line)));
                }
            }
        }

        private static String turn(Lockers lockers, String name, long millis) {
            Histogram waits = new Histogram(LONGEST, 2);
            long start = System.nanoTime();
            long before = start;
            while (before - start < millis * 1_000_000) {
                lockers.hold(name);
                long now = System.nanoTime();
                waits.recordValue(Math.min(LONGEST, (now - before) / 1_000));
                before = now;
            }
            StringBuilder text = new StringBuilder();
            waits.recordedValues()
                    .forEach(value -> text.append(value.getValueIteratedTo())
                            .append('x')
                            .append(value.getCountAtValueIteratedTo())
                            .append(' '));
            return text.toString().trim();
        }
    }
}
