package dev.keywright.cache;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A process of its own that writes behind, to be killed. What it does is told on standard output, a line each.
 *
 * <pre>
 * hang URI            puts 40 keys, then says "writing" from inside its writer and stays there
 * run URI URL N SEED  puts and removes keys of number N until standard input ends; "? key value" before, "! key value" after
 * </pre>
 */
final class BehindChild {

    static final WriteBehindOptions OPTIONS = BehindLab.QUICK
            .withLease(Duration.ofMillis(1_500))
            .withDelay(Duration.ofMillis(30))
            .withMaxBacklog(20_000)
            .withBatchSize(100)
            .withDrain(Duration.ofSeconds(5));

    private static final PrintWriter OUT = new PrintWriter(
            new OutputStreamWriter(new java.io.FileOutputStream(java.io.FileDescriptor.out), StandardCharsets.UTF_8),
            true);

    private BehindChild() {}

    /** Starts one with the class path of this JVM; what it complains of goes where this JVM's complaints go. */
    static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", Path.classes()));
        command.add(BehindChild.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Where Java and the classes are. */
    private static final class Path {
        static String java() {
            return java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                    .toString();
        }

        static String classes() {
            return ManagementFactory.getRuntimeMXBean().getClassPath();
        }
    }

    static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("hang")) {
            hang(arguments[1]);
        } else {
            run(arguments[1], arguments[2], arguments[3], new Random(Long.parseLong(arguments[4])));
        }
    }

    private static void hang(String uri) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch put = new CountDownLatch(1);
        Writer<String, String> writer = changes -> {
            put.await();
            OUT.println("writing");
            never.await();
        };
        BehindLab lab = new BehindLab(uri, writer, OPTIONS);
        for (int i = 0; i < 40; i++) {
            lab.put("k" + i, "v" + i);
        }
        put.countDown();
        never.await();
    }

    /** Returns when somebody says so, or when the process that started this one is gone. */
    private static int inputEnds() {
        try {
            return System.in.read();
        } catch (IOException e) {
            return -1;
        }
    }

    private static void run(String uri, String url, String number, Random random) {
        CompletableFuture<Integer> end = CompletableFuture.supplyAsync(BehindChild::inputEnds);
        try (BehindLab lab = new BehindLab(uri, BehindRows.at(url).writer(), OPTIONS)) {
            for (int call = 0; !end.isDone(); call++) {
                String key = number + ":" + random.nextInt(300);
                String value = random.nextInt(5) == 0 ? "-" : number + "." + call + "." + random.nextInt(1_000_000);
                OUT.println("? " + key + " " + value);
                try {
                    if (value.equals("-")) {
                        lab.remove(key);
                    } else {
                        lab.put(key, value);
                    }
                    OUT.println("! " + key + " " + value);
                } catch (dev.keywright.KeywrightException.Unavailable e) {
                    OUT.println("x " + key + " " + e.getMessage());
                }
            }
        }
    }
}
