package dev.keywright.expert.proof;

import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.expert.proof.Report.Fault;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.drill.Audit;
import dev.keywright.ops.drill.CheckedWorkload;
import dev.keywright.ops.drill.Gap;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Breaks servers while a design's operations go on, with writes beside them of which each is accounted for afterwards. The
 * next thing is broken only when everything works again. One thread.
 */
final class Breaking {

    private static final CheckedWorkload.Options CHECKED = CheckedWorkload.Options.DEFAULTS.withRate(300);
    private static final ConnectionOptions CONNECTION = CHECKED.connection().withConnectTimeout(Duration.ofSeconds(10));
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Duration READ_BACK = Duration.ofSeconds(20);
    private static final Duration SNAPSHOT = Duration.ofSeconds(60);

    private final Servers servers;
    private final OpenLoop loop;
    private final Duration before;
    private final Duration frozen;
    private final Duration calm;

    /**
     * @param whole the time of the whole proof; what can be short is a part of it
     * @param perSecond operations the loop sends
     */
    Breaking(Servers servers, OpenLoop loop, Duration whole, double perSecond) {
        this.servers = servers;
        this.loop = loop;
        this.before = bounded(whole.dividedBy(40), 300, 1_000);
        long mostMillis = Math.round(Math.max(500, Math.min(2_000, 600 * OpenLoop.MOST_OPEN / perSecond)));
        this.frozen = bounded(whole.dividedBy(10), 500, mostMillis);
        this.calm = bounded(Duration.ofNanos(Math.round(3e9 / perSecond)), 500, 10_000);
    }

    private static Duration bounded(Duration time, long leastMillis, long mostMillis) {
        return Duration.ofMillis(Math.max(leastMillis, Math.min(mostMillis, time.toMillis())));
    }

    /** What the servers know of scripts is gone. */
    Fault flushScripts() {
        return breakOnce("script-flush", "SCRIPT FLUSH on every server", () -> {
            servers.nodes().stream()
                    .filter(Standalone::isRunning)
                    .forEach(node -> node.command("SCRIPT", "FLUSH", "SYNC"));
            return Done.QUIETLY;
        });
    }

    /** A primary stands still: connections stay open and nothing is answered. */
    Fault freeze() {
        Standalone primary = servers.primaries().get(0);
        String what = "SIGSTOP to a primary for " + seconds(frozen.toMillis() / 1e3);
        return breakOnce("freeze", what, () -> {
            primary.freeze();
            try {
                Waiting.pass(frozen);
            } finally {
                primary.thaw();
            }
            return Done.QUIETLY;
        });
    }

    /** The only server dies at once and comes back with what its persistence kept. */
    Fault restart(boolean snapshotFirst) {
        Standalone primary = servers.primaries().get(0);
        String what = "kill -9 of the primary, then its start on the same folder";
        return breakOnce("restart", snapshotFirst ? "BGSAVE, then " + what : what, () -> {
            if (snapshotFirst) {
                snapshot(primary);
            }
            long keys = Long.parseLong(primary.command("DBSIZE"));
            primary.kill();
            primary.restart();
            long back = Long.parseLong(primary.command("DBSIZE"));
            return new Done(keys + " keys before, " + back + " after", keys, back);
        });
    }

    private static void snapshot(Standalone server) {
        server.command("BGSAVE");
        boolean saved = Waiting.until(
                SNAPSHOT, () -> server.info("rdb_bgsave_in_progress").equals("0"));
        if (!saved || !server.info("rdb_last_bgsave_status").equals("ok")) {
            throw new OpsException("BGSAVE did not succeed within " + SNAPSHOT.toSeconds() + " s (" + server
                    + "). Free space in the folder for temporary files, or take a smaller --scale.");
        }
    }

    /** A primary dies for good; one of its replicas takes over. Afterwards it is started again. */
    Fault failover() {
        Standalone primary = servers.primaries().get(0);
        List<Standalone> others =
                servers.primaries().stream().filter(node -> node != primary).toList();
        Fault fault = breakOnce("failover", "kill -9 of a primary, left dead", () -> {
            primary.kill();
            boolean taken = Waiting.until(
                    RECOVERY, () -> servers.primaries().stream().anyMatch(node -> !others.contains(node)));
            return new Done(taken ? "a replica was made primary" : "no replica was made primary", 0, 0);
        });
        primary.restart();
        boolean follows = Waiting.until(RECOVERY, () -> Servers.role(primary).equals("slave"));
        return new Fault(
                fault.kind(),
                fault.what(),
                fault.atSeconds(),
                fault.untilSeconds(),
                fault.downtimeSeconds(),
                fault.failedOperations(),
                fault.worstMs(),
                fault.acknowledged(),
                fault.lost(),
                fault.lostSeconds(),
                fault.duplicated(),
                fault.keysBefore(),
                fault.keysAfter(),
                fault.recovered(),
                fault.detail()
                        + (follows ? "; the old one came back as its replica" : "; the old one did not follow it"));
    }

    /** What came of something that was done to the servers. */
    private record Done(String detail, long keysBefore, long keysAfter) {

        static final Done QUIETLY = new Done("", 0, 0);
    }

    private Fault breakOnce(String kind, String what, Supplier<Done> deed) {
        try (Connection connection = Connection.open(servers.uri(), CONNECTION);
                CheckedWorkload checked = CheckedWorkload.start(connection, CHECKED)) {
            boolean begun = Waiting.until(RECOVERY, () -> checked.acknowledgedSince(Duration.ZERO, key -> true));
            Waiting.pass(before);
            double at = loop.now();
            Duration atChecked = checked.elapsed();
            Done done = deed.get();
            Duration back = checked.elapsed();
            boolean recovered =
                    begun && Waiting.until(RECOVERY, () -> checked.acknowledgedSince(back, key -> true) && isServed());
            double until = loop.now();
            checked.stop();
            return fault(kind, what, at, until, atChecked, checked, recovered, done);
        }
    }

    private Fault fault(
            String kind,
            String what,
            double at,
            double until,
            Duration atChecked,
            CheckedWorkload checked,
            boolean recovered,
            Done done) {
        Audit.Writes writes = checked.audit(READ_BACK).writes();
        Timeline.Span span = loop.timeline().span(at, until);
        double lostSeconds = writes.loss()
                .map(loss -> Math.max(0, atChecked.toMillis() / 1e3 - loss.firstSeconds()))
                .orElse(0.0);
        return new Fault(
                kind,
                what,
                tenths(at),
                tenths(until),
                downtime(checked, atChecked),
                span.failed(),
                span.maxMillis(),
                writes.acknowledged(),
                writes.lost(),
                tenths(lostSeconds),
                writes.duplicated(),
                done.keysBefore(),
                done.keysAfter(),
                recovered,
                done.detail());
    }

    /** The longest time without a confirmed write, on all keys together or on one that fared worse. */
    private static double downtime(CheckedWorkload checked, Duration from) {
        double all = gap(checked, key -> true, from);
        double worst = 0;
        for (int key = 0; key < checked.keys(); key++) {
            int own = key;
            worst = Math.max(worst, gap(checked, other -> other == own, from));
        }
        double usual = checked.keys() / (CHECKED.rate() * (1 - CHECKED.readRatio()));
        return Math.round(1e3 * (worst > all + 3 * usual ? worst : all)) / 1e3;
    }

    private static double gap(CheckedWorkload checked, IntPredicate keys, Duration from) {
        Optional<Gap> gap = checked.longestWriteGap(keys, from);
        return gap.map(one -> one.length().toNanos() / 1e9).orElse(0.0);
    }

    /** Whether the design's own operations have been answered for a while, and without a failure. */
    private boolean isServed() {
        double now = loop.now();
        double some = calm.toMillis() / 1e3;
        return loop.timeline().isServed(now - 2 * some, now - some);
    }

    private static double tenths(double seconds) {
        return Math.round(10 * seconds) / 10.0;
    }

    static String seconds(double seconds) {
        return seconds == Math.rint(seconds) ? Math.round(seconds) + " s" : tenths(seconds) + " s";
    }
}
