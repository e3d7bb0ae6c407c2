package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.h2.tools.Server;

/**
 * Three processes write behind to one database and are killed with {@code -9}, or stopped for longer than their leases, at random; in the
 * end the database, Redis and the model must say the same. Arguments: minutes (10), seed (1), {@code standalone} or {@code cluster}.
 */
final class WriteBehindSoak {

    private static final int PROCESSES = 3;
    private static final String REMOVED = "-";

    private final Redis redis;
    private final String url;
    private final Random random;
    private final Seat[] seats = new Seat[PROCESSES];
    private int kills;
    private int stops;

    private WriteBehindSoak(Redis redis, String url, long seed) {
        this.redis = redis;
        this.url = url;
        this.random = new Random(seed);
        for (int i = 0; i < PROCESSES; i++) {
            seats[i] = new Seat(Integer.toString(i));
        }
    }

    /** A process with the keys it alone writes, and what they may be; dead ones are replaced. */
    private final class Seat {

        private final String number;
        /** What a key may be: one state, or one more for each call whose outcome nobody knows. */
        private final Map<String, Set<String>> states = new HashMap<>();

        private Process process;
        private CompletableFuture<Void> reading;
        private long acknowledged;

        Seat(String number) {
            this.number = number;
        }

        void start() throws IOException {
            process = BehindChild.start("run", redis.uri(), url, number, Long.toString(random.nextLong()));
            reading = CompletableFuture.runAsync(this::read, task -> new Thread(task, "seat " + number).start());
        }

        private void read() {
            try (BufferedReader output = BehindChild.output(process)) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    note(line.split(" ", 3));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private synchronized void note(String[] words) {
            if (words.length < 3) {
                return; // cut off by the kill
            }
            Set<String> may = states.computeIfAbsent(words[1], key -> new HashSet<>(Set.of(REMOVED)));
            switch (words[0]) {
                case "?" -> may.add(words[2]);
                case "!" -> {
                    may.clear();
                    may.add(words[2]);
                    acknowledged++;
                }
                default -> {} // the outcome stays unknown
            }
        }

        void kill() throws IOException {
            process.toHandle().destroyForcibly(); // which leaves its output to be read to the end
            join();
            kills++;
            start();
        }

        void pause(Duration length) {
            signal("STOP");
            LockSupport.parkNanos(length.toNanos());
            signal("CONT");
            stops++;
        }

        private void signal(String name) {
            try {
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void finish() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            join();
        }

        private void join() {
            try {
                process.waitFor(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            process.toHandle().destroyForcibly();
            reading.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);
        double minutes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 10;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        boolean cluster = arguments.length > 2 && arguments[2].equals("cluster");
        Server database =
                Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        String url = "jdbc:h2:tcp://127.0.0.1:" + database.getPort() + "/mem:soak;DB_CLOSE_DELAY=-1";
        BehindRows rows = BehindRows.at(url);
        rows.create();
        try (Redis redis = cluster ? Cluster.start(3) : Standalone.start()) {
            WriteBehindSoak soak = new WriteBehindSoak(redis, url, seed);
            try {
                soak.run(Duration.ofMillis((long) (minutes * 60_000)));
            } finally {
                soak.end();
            }
            out.println(soak.judge(rows));
        } finally {
            database.stop();
        }
    }

    private void run(Duration length) throws IOException {
        for (Seat seat : seats) {
            seat.start();
        }
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(4_000)));
            Seat seat = seats[random.nextInt(PROCESSES)];
            if (random.nextInt(3) > 0) {
                seat.kill();
            } else {
                seat.pause(BehindChild.OPTIONS.lease().multipliedBy(2));
            }
        }
        for (Seat seat : seats) {
            seat.finish();
        }
    }

    private void end() {
        for (Seat seat : seats) {
            if (seat.process != null) {
                seat.process.destroyForcibly();
            }
        }
    }

    private String judge(BehindRows rows) throws SQLException {
        try (BehindLab lab = new BehindLab(redis.uri(), rows.writer(), BehindChild.OPTIONS)) {
            lab.awaitEmpty();
            Map<String, String> live = rows.live();
            long acknowledged = 0;
            long keys = 0;
            for (Seat seat : seats) {
                acknowledged += seat.acknowledged;
                for (Map.Entry<String, Set<String>> state : seat.states.entrySet()) {
                    keys++;
                    String row = live.remove(state.getKey());
                    expect(state.getValue().contains(row == null ? REMOVED : row), state + " is " + row);
                    expect(
                            inRedis(lab, state.getKey()).equals(row == null ? REMOVED : row),
                            state + " differs in Redis");
                }
            }
            expect(live.isEmpty(), "rows that nobody wrote: " + live);
            long dead = lab.behind.backlog().deadLetters();
            expect(dead == 0, dead + " dead letters");
            return "write-behind soak: " + acknowledged + " changes acknowledged, " + kills + " kills, " + stops
                    + " stops, " + keys + " keys: database, Redis and model agree";
        }
    }

    private static String inRedis(BehindLab lab, String key) {
        Reply reply =
                lab.connection.call(Command.named("GET").key(lab.shelf.key(key)).build(), BehindLab.PATIENCE);
        return reply.isNothing() ? REMOVED : new String(reply.bytes(), 5, reply.bytes().length - 5, UTF_8);
    }

    private static void expect(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
