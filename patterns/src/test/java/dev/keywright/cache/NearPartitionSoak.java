package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Copies while the network fails at random: connections cut, answers lost, connects refused, answers late. Somebody who reaches the server
 * writes all the time. Once the reader is connected again, no copy may be older than what was acknowledged {@value #ALLOWED_MILLIS} ms
 * before. Ends with an exception when one is.
 *
 * <p>Arguments: minutes (1), seed (1), opt_in or broadcast (opt_in).
 */
final class NearPartitionSoak {

    private static final int KEYS = 50;
    private static final long ALLOWED_MILLIS = 50;
    private static final long CALM_MILLIS = 400;
    private static final ConnectionOptions QUICK =
            ConnectionOptions.DEFAULTS.withTimeout(Duration.ofMillis(500)).withConnectTimeout(Duration.ofMillis(500));

    private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final AtomicLongArray settled = new AtomicLongArray(KEYS); // acknowledged a while ago
    private volatile boolean over;
    private long reads;
    private long hits;
    private int faults;

    private NearPartitionSoak() {}

    public static void main(String[] arguments) throws InterruptedException {
        double minutes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
        Random random = new Random(arguments.length > 1 ? Long.parseLong(arguments[1]) : 1);
        NearOptions.Mode mode = arguments.length > 2
                ? NearOptions.Mode.valueOf(arguments[2].toUpperCase(Locale.ROOT))
                : NearOptions.Mode.OPT_IN;
        NearPartitionSoak soak = new NearPartitionSoak();
        long end = System.nanoTime() + (long) (minutes * 60e9);
        try (Standalone redis = Standalone.start();
                FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri(), QUICK);
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS.withMode(mode), "soak:")) {
            Thread writer = new Thread(() -> soak.write(redis.uri()));
            writer.start();
            try {
                while (System.nanoTime() < end) {
                    soak.readFor(reader, CALM_MILLIS / 4); // so that there are copies to go wrong
                    soak.fail(proxy, random);
                    soak.awaitConnected(reader);
                    soak.readFor(reader, CALM_MILLIS);
                }
            } finally {
                soak.over = true;
                writer.join();
            }
        }
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8)
                .printf(
                        Locale.ROOT,
                        "near cache, %s: %d faults, %d reads after them, %d of copies, none of them stale%n",
                        mode,
                        soak.faults,
                        soak.reads,
                        soak.hits);
    }

    /** Counts the keys up, and says what is older than the time allowed. */
    private void write(String uri) {
        try (Connection connection = Connection.open(uri)) {
            NearReader writer = new NearReader(connection, NearOptions.DEFAULTS, "none:");
            for (long round = 1; !over; round++) {
                for (int key = 0; key < KEYS; key++) {
                    writer.set("soak:" + key, "" + round);
                    acknowledged.set(key, round);
                }
                pause(ALLOWED_MILLIS);
                for (int key = 0; key < KEYS; key++) {
                    settled.set(key, acknowledged.get(key));
                }
            }
            writer.close();
        }
    }

    private void fail(FaultProxy proxy, Random random) throws InterruptedException {
        long millis = 50L + random.nextInt(1_500);
        faults++;
        switch (random.nextInt(4)) {
            case 0 -> proxy.cut();
            case 1 -> {
                proxy.dropReplies(true);
                pause(millis);
                proxy.dropReplies(false);
                proxy.cut();
            }
            case 2 -> {
                proxy.refuse(true);
                proxy.cut();
                pause(millis);
                proxy.refuse(false);
            }
            default -> {
                proxy.delay(Duration.ofMillis(millis / 4));
                pause(millis);
                proxy.delay(Duration.ZERO);
                proxy.cut();
            }
        }
    }

    private void awaitConnected(NearReader reader) {
        for (int key = 0; ; key = (key + 1) % KEYS) {
            try {
                if (reader.read("soak:" + key, () -> {}) != null && reader.holds("soak:" + key)) {
                    return;
                }
            } catch (KeywrightException.Unavailable e) {
                pause(5);
            }
        }
    }

    private void readFor(NearReader reader, long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (int key = 0; System.nanoTime() < end; key = (key + 1) % KEYS) {
            long least = settled.get(key);
            String copy = reader.near.getIfPresent("soak:" + key);
            String value = copy == null ? reader.get("soak:" + key) : copy;
            reads++;
            hits += copy == null ? 0 : 1;
            if (least > 0 && (value == null || Long.parseLong(value) < least)) {
                throw new IllegalStateException("key " + key + " read as " + value + ", and " + least
                        + " was acknowledged " + ALLOWED_MILLIS + " ms before; after " + faults + " faults");
            }
        }
    }

    private static void pause(long millis) {
        try {
            boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
