package dev.keywright.ops.drill;

import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.ReadFrom;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.drill.DrillReport.Event;
import dev.keywright.ops.drill.DrillReport.Run;
import dev.keywright.server.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Strikes a primary while a {@link CheckedWorkload} runs, and measures what a client saw and what was lost.
 * <ul>
 *   <li>Writes only below a random prefix, keys that expire, and removes them afterwards.
 *   <li>Detection and promotion are what other servers say when asked every 50 ms; downtime is what the client saw.
 *   <li>Threads: {@link #run} blocks, and starts a handful that end with it.
 * </ul>
 */
public final class Drill {

    /** How long a primary without anybody to take over stays away. */
    private static final Duration OUTAGE = Duration.ofSeconds(3);

    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final Duration HEALTH_EVERY = Duration.ofMillis(50);

    private final Subject subject;

    private Drill(Subject subject) {
        this.subject = subject;
    }

    /** Of servers that this process started; they stay the caller's to close. */
    public static Drill of(Redis redis) {
        return new Drill(new StartedSubject(redis));
    }

    /**
     * Of servers that run already.
     *
     * @param processes the process of a server at {@code host:port}, if Keywright started it on this machine for this user
     * @param allowForeign whether other servers may be drilled, too
     * @param yes whether those may be shut down
     */
    public static Drill of(String uri, Function<String, Optional<Long>> processes, boolean allowForeign, boolean yes) {
        return new Drill(new RunningSubject(uri, processes, allowForeign, yes));
    }

    /**
     * @param progress is told in a few words what happens
     * @throws DrillRefused when these servers may not be struck that way
     * @throws OpsException when the servers are not in order before, or cannot be read afterwards
     */
    public DrillReport run(DrillOptions options, Consumer<String> progress) {
        ConnectionOptions usual = options.workload().connection();
        try (Connection connection = Connection.open(subject.uri(), usual);
                Connection replicas = Connection.open(subject.uri(), usual.withReadFrom(ReadFrom.REPLICA));
                Panel panel =
                        new Panel(connection, SentinelUri.of(subject.uri()).sentinels())) {
            Layout layout = Layout.read(connection, subject.uri());
            List<Run> runs = new ArrayList<>();
            for (int i = 1; i <= options.repeat(); i++) {
                String which = options.repeat() == 1 ? "" : " (" + i + " of " + options.repeat() + ")";
                runs.add(new OneRun(connection, replicas, panel, options, text -> progress.accept(text + which)).run());
            }
            return Judge.report(connection.toString(), subject.words(), layout, options, runs);
        }
    }

    /** One primary struck. */
    private final class OneRun {

        private final Connection connection;
        private final Connection replicas;
        private final Panel panel;
        private final DrillOptions options;
        private final Consumer<String> progress;
        private final Layout layout;
        private final Layout.Shard shard;
        private final Health health;
        private final String name;

        OneRun(
                Connection connection,
                Connection replicas,
                Panel panel,
                DrillOptions options,
                Consumer<String> progress) {
            this.connection = connection;
            this.replicas = replicas;
            this.panel = panel;
            this.options = options;
            this.progress = progress;
            this.name = SentinelUri.of(subject.uri()).master();
            this.layout = Layout.read(connection, subject.uri());
            this.shard = layout.owning(options.slot());
            this.health = new Health(panel, layout, name);
        }

        Run run() {
            requireOrder();
            progress.accept("running the workload");
            try (CheckedWorkload workload = workload()) {
                awaitWarm(workload);
                try (Watch watch = Watch.start(panel, layout, shard, name, workload::elapsed)) {
                    return struck(workload, watch);
                }
            }
        }

        private CheckedWorkload workload() {
            return layout.replicas() == 0
                    ? CheckedWorkload.start(connection, options.workload())
                    : CheckedWorkload.start(connection, replicas, options.workload());
        }

        private void requireOrder() {
            if (options.fault() == Fault.FAILOVER && !layout.kind().takesOver()) {
                throw new DrillRefused("Nobody tells clients of a new primary in this topology (" + connection
                        + "), so an ordered failover would leave them behind. Choose --fault kill or freeze.");
            }
            subject.check(options.fault(), shard.primary(), panel);
            progress.accept("waiting for servers in sync");
            if (!isWholeWithin(options.patience())) {
                throw new OpsException("The servers are not in order before the drill: "
                        + String.join("; ", health.missing()) + " (" + connection + "). Mend that first.");
            }
        }

        private void awaitWarm(CheckedWorkload workload) {
            boolean warm = Patience.await(
                    options.warmUp().plus(options.patience()),
                    () -> workload.acknowledgedSince(options.warmUp(), key -> true));
            if (!warm) {
                throw new OpsException("Not every key could be written before the drill began (" + connection
                        + "). Check the user's rights, maxmemory and min-replicas-to-write.");
            }
        }

        private Run struck(CheckedWorkload workload, Watch watch) {
            IntPredicate affected = key -> shard.slots().get(workload.slotOf(key));
            progress.accept(words(options.fault()) + " " + shard.primary());
            Duration fault = workload.elapsed();
            boolean recovered;
            Duration mended;
            try {
                strike();
                progress.accept("waiting for the service");
                recovered = Patience.await(
                        layout.kind().takesOver() ? options.patience() : OUTAGE,
                        () -> watch.promoted()
                                .map(since -> workload.acknowledgedSince(since, affected))
                                .orElse(false));
                Patience.pause(SETTLE);
            } finally {
                mended = workload.elapsed();
                subject.mend(options.fault(), shard.primary());
            }
            progress.accept("waiting for " + shard.primary() + " to be back and in sync");
            Optional<Duration> whole =
                    isWholeWithin(options.patience()) ? Optional.of(workload.elapsed()) : Optional.empty();
            Duration now = workload.elapsed();
            Patience.await(options.patience(), () -> workload.acknowledgedSince(now, key -> true));
            Patience.pause(SETTLE);
            workload.stop();
            progress.accept("comparing every write");
            return new Evidence(fault, recovered, mended, whole, workload, watch).run(affected);
        }

        private boolean isWholeWithin(Duration limit) {
            return Patience.await(limit, HEALTH_EVERY, () -> health.missing().isEmpty());
        }

        private void strike() {
            if (options.fault() != Fault.FAILOVER) {
                subject.strike(options.fault(), shard.primary(), panel);
                return;
            }
            boolean ordered = layout.kind() == Layout.Kind.SENTINEL
                    ? panel.ask(panel.sentinels().get(0), "SENTINEL", "FAILOVER", name)
                            .isPresent()
                    : panel.ask(shard.replicas().get(0), "CLUSTER", "FAILOVER").isPresent();
            if (!ordered) {
                throw new OpsException("The failover was not accepted (" + shard.primary()
                        + "). Wait until the last one is over, and check the user's rights.");
            }
        }

        /** What is known at the end of a run. */
        private final class Evidence {

            private final Duration fault;
            private final boolean recovered;
            private final Duration mended;
            private final Optional<Duration> whole;
            private final CheckedWorkload workload;
            private final Watch watch;
            private final List<Event> timeline = new ArrayList<>();

            Evidence(
                    Duration fault,
                    boolean recovered,
                    Duration mended,
                    Optional<Duration> whole,
                    CheckedWorkload workload,
                    Watch watch) {
                this.fault = fault;
                this.recovered = recovered;
                this.mended = mended;
                this.whole = whole;
                this.workload = workload;
                this.watch = watch;
            }

            Run run(IntPredicate affected) {
                Audit audit = workload.audit(options.patience());
                Optional<Gap> gap = workload.longestWriteGap(affected, fault);
                Optional<Gap> others = workload.longestWriteGap(affected.negate(), fault);
                Optional<Gap> reads = workload.longestReadGap(affected, fault);
                Optional<Duration> failure = workload.firstFailure(affected, fault);
                tell(fault, words(options.fault()) + " " + shard.primary());
                failure.ifPresent(at -> tell(at, "first write failed at the client"));
                watch.suspected().ifPresent(at -> tell(at, "another server suspects it is down"));
                watch.down().ifPresent(at -> tell(at, "the others agree that it is down"));
                watch.promoted().ifPresent(at -> tell(at, watch.successor().orElseThrow() + " is the new primary"));
                gap.filter(Gap::ended).ifPresent(found -> tell(found.to(), "writes are acknowledged again"));
                tell(mended, back(options.fault()));
                whole.ifPresent(at -> tell(at, "all servers are there and in sync"));
                timeline.sort(Comparator.comparingDouble(Event::seconds));
                return new Run(
                        shard.primary().toString(),
                        watch.successor().map(Endpoint::toString),
                        seconds(fault),
                        failure.map(this::after),
                        watch.suspected().map(this::after),
                        watch.down().map(this::after),
                        watch.promoted().map(this::after),
                        recovered,
                        gap.map(found -> seconds(found.length())).orElse(0.0),
                        reads.map(found -> seconds(found.length())).orElse(0.0),
                        others.map(found -> seconds(found.length())),
                        whole.map(at -> seconds(at.minus(mended))),
                        audit.writes().loss().map(this::lossSeconds).orElse(0.0),
                        audit,
                        timeline,
                        workload.seconds());
            }

            /** From the first lost write to the fault, or to the last lost write when that was acknowledged after the fault. */
            private double lossSeconds(Audit.Loss loss) {
                double end = Math.max(loss.lastSeconds(), seconds(fault));
                return Math.round((end - loss.firstSeconds()) * 1e3) / 1e3;
            }

            private void tell(Duration at, String what) {
                timeline.add(new Event(after(at), what));
            }

            private double after(Duration at) {
                return seconds(at.minus(fault));
            }
        }
    }

    private static double seconds(Duration duration) {
        return Audit.seconds(duration.toNanos());
    }

    private static String words(Fault fault) {
        return switch (fault) {
            case KILL -> "killing";
            case FREEZE -> "freezing";
            case FAILOVER -> "ordering a failover of";
            case PARTITION -> "cutting off";
        };
    }

    private static String back(Fault fault) {
        return switch (fault) {
            case KILL -> "the old primary may start again";
            case FREEZE -> "the old primary runs on";
            case FAILOVER -> "the old primary is a replica";
            case PARTITION -> "the old primary is connected again";
        };
    }
}
