package dev.keywright.benchmarks.history;

import dev.keywright.benchmarks.history.Tally.Faults;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.Collections;

/**
 * A primary that loses what it was told: its replica is cut off, then it is killed, and the replica becomes the primary without the locks of
 * that time. In the end all is flushed, the counters of tokens too.
 */
final class ServerFaults implements Trial.Course {

    private static final int SEATS = 4;
    private static final int LOST = 10; // holds that the replica does not hear of, at least
    private static final Duration SETTLING = Duration.ofSeconds(20);

    private final Sentinel sentinel;
    private final long nanos;
    private int failovers;

    private ServerFaults(Sentinel sentinel, Duration time) {
        this.sentinel = sentinel;
        this.nanos = time.toNanos();
    }

    /** At least one failover, and more until that time is over. */
    static Tally in(Trial trial, Duration time) throws Exception {
        try (Sentinel sentinel = Sentinel.start(1, ServerOptions.DEFAULTS.withPartitions())) {
            for (Standalone each : sentinel.sentinels()) { // they make the old primary a replica sooner
                each.command("SENTINEL", "DEBUG", "info-period", "500", "publish-period", "500");
            }
            return trial.run(
                    Collections.nCopies(SEATS, sentinel.uri()), key -> false, new ServerFaults(sentinel, time));
        }
    }

    @Override
    public Faults run(Desk desk, Crew crew) throws InterruptedException {
        long start = System.nanoTime();
        do {
            failOver(desk);
        } while (System.nanoTime() - start < nanos);
        desk.redisLoses();
        sentinel.flushAll();
        desk.redisLoses();
        work(desk, LOST * SEATS);
        return new Faults(0, 0, 0, 0, 0, failovers, 1);
    }

    private void failOver(Desk desk) throws InterruptedException {
        Standalone primary = sentinel.primary();
        for (Standalone replica : sentinel.replicas()) {
            sentinel.network().cut(primary, replica);
        }
        work(desk, LOST);
        desk.redisLoses();
        primary.kill();
        sentinel.primary();
        failovers++;
        sentinel.network().heal();
        work(desk, LOST * SEATS);
        primary.restart();
        sentinel.awaitAgreement();
    }

    private static void work(Desk desk, int holds) throws InterruptedException {
        int before = desk.holds();
        boolean unused = Trial.await(SETTLING, () -> desk.holds() >= before + holds);
    }
}
