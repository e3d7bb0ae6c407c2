package dev.keywright.lock;

import dev.keywright.Keywright;
import dev.keywright.server.Standalone;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What many held locks cost: commands and processor time of client and server, each second.
 *
 * <p>Arguments: locks (10,000), seconds of lease (30), seconds to watch (30).
 */
final class RenewalMeasure {

    private RenewalMeasure() {}

    public static void main(String[] args) throws InterruptedException {
        int locks = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        Duration lease = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 30);
        long seconds = args.length > 2 ? Long.parseLong(args[2]) : 30;
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            List<CompletableFuture<Hold>> holds = new ArrayList<>();
            for (int i = 0; i < locks; i++) {
                CompletableFuture<Hold> hold = kw.lock("held-" + i, LockOptions.DEFAULTS.withLease(lease))
                        .tryAcquireAsync(Duration.ofSeconds(30))
                        .thenApply(given -> given.orElseThrow())
                        .toCompletableFuture();
                holds.add(hold);
                if (i % 500 == 499) {
                    CompletableFuture.allOf(holds.toArray(CompletableFuture[]::new))
                            .join();
                }
            }
            CountDownLatch never = new CountDownLatch(1);
            long unused = never.await(lease.toSeconds() / 3 + 1, TimeUnit.SECONDS) ? 1 : 0;
            double calls = calls(redis);
            double server = serverSeconds(redis);
            double client = clientSeconds();
            long start = System.nanoTime();
            unused = never.await(seconds, TimeUnit.SECONDS) ? 1 : 0;
            double passed = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%d locks held, lease %d s: %.0f renewals/s, client %.1f %% and server %.1f %% of a core, %d still held%n",
                    locks,
                    lease.toSeconds(),
                    (calls(redis) - calls) / passed,
                    100 * (clientSeconds() - client) / passed,
                    100 * (serverSeconds(redis) - server) / passed,
                    holds.stream().filter(hold -> hold.join().isHeld()).count());
        }
    }

    private static double calls(Standalone redis) {
        return Double.parseDouble(redis.info("cmdstat_evalsha").replaceAll("^calls=(\\d+),.*", "$1"));
    }

    private static double serverSeconds(Standalone redis) {
        return Double.parseDouble(redis.info("used_cpu_user")) + Double.parseDouble(redis.info("used_cpu_sys"));
    }

    private static double clientSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }
}
