package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Command;
import dev.keywright.server.Standalone;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * C1 and C2 with processes of their own: 4 of 50 threads each ask for one missing key at the same time. One load in all. Then the process
 * whose loader is at work is killed; the others have the value within the lease, after one more load. Ends with an exception when not.
 *
 * <p>Arguments: rounds (10).
 */
final class StampedeProcesses {

    private static final int PROCESSES = 4;
    private static final int THREADS = 50;
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);

    private StampedeProcesses() {}

    /** A process that reads when told to. */
    private record Child(Process process, BufferedReader says, PrintWriter hears) {

        static Child start(String uri) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            ManagementFactory.getRuntimeMXBean().getClassPath(),
                            StampedeProcesses.class.getName(),
                            "child",
                            uri)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Child(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)),
                    new PrintWriter(process.getOutputStream(), true, UTF_8));
        }

        /** The next line, or nothing when it is dead. */
        String line() throws IOException {
            String line = says.readLine();
            return line == null ? "" : line;
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2) {
            child(arguments[1]);
            return;
        }
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        long slowest = 0;
        try (Standalone redis = Standalone.start()) {
            List<Child> children = new ArrayList<>();
            try {
                for (int i = 0; i < PROCESSES; i++) {
                    children.add(Child.start(redis.uri()));
                }
                for (Child child : children) {
                    expect("ready", child.line());
                }
                for (int round = 0; round < rounds; round++) {
                    for (Child child : children) {
                        child.hears.println("hot" + round);
                    }
                    for (Child child : children) {
                        expect("done " + THREADS, child.line());
                    }
                    expect("1", redis.command("GET", "loads:hot" + round));
                }
                slowest = killTheLoader(redis, children);
            } finally {
                children.forEach(child -> child.process.destroyForcibly());
            }
        }
        OUT.printf(
                Locale.ROOT,
                "stampedes: %d processes of %d threads, %d missing keys, one load each; loader killed: one more load,"
                        + " all others done after %d ms (lease %d ms)%n",
                PROCESSES,
                THREADS,
                rounds,
                slowest,
                LEASE.toMillis());
    }

    private static long killTheLoader(Standalone redis, List<Child> children) throws IOException {
        Child loader = children.get(0);
        loader.hears.println("hang");
        expect("loading", loader.line());
        for (Child child : children.subList(1, PROCESSES)) {
            child.hears.println("hang");
        }
        long killed = System.nanoTime();
        loader.process.destroyForcibly();
        for (Child child : children.subList(1, PROCESSES)) {
            expect("done " + THREADS, child.line());
        }
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
        expect("2", redis.command("GET", "loads:hang"));
        if (took > 2 * LEASE.toMillis()) {
            throw new IllegalStateException("The others waited " + took + " ms");
        }
        return took;
    }

    private static void expect(String expected, String said) {
        if (!expected.equals(said)) {
            throw new IllegalStateException("expected \"" + expected + "\", and it was \"" + said + '"');
        }
    }

    private static void child(String uri) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try (Keywright kw = Keywright.connect(uri);
                Keywright counting = Keywright.connect(uri);
                Cache<String, String> cache = kw.cache("stampede", KeyCodec.STRING, Codecs.string())
                        .loadTimeout(LEASE)
                        .readThrough(key -> load(counting, key))
                        .build()) {
            OUT.println("ready");
            for (String key = in.readLine(); key != null; key = in.readLine()) {
                String asked = key;
                CountDownLatch got = new CountDownLatch(THREADS);
                for (int i = 0; i < THREADS; i++) {
                    new Thread(() -> {
                                if (("value of " + asked).equals(cache.get(asked))) {
                                    got.countDown();
                                }
                            })
                            .start();
                }
                boolean all = got.await(30, TimeUnit.SECONDS);
                OUT.println("done " + (all ? THREADS : THREADS - got.getCount()));
            }
        }
    }

    /** Counts; the first load of "hang" never ends. */
    private static String load(Keywright counting, String key) throws InterruptedException {
        long number = counting.connection()
                .call(Command.named("INCR").key("loads:" + key).build())
                .number();
        if (key.equals("hang") && number == 1) {
            OUT.println("loading");
            boolean unused = new CountDownLatch(1).await(1, TimeUnit.HOURS);
        }
        boolean unused = new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        return "value of " + key;
    }
}
