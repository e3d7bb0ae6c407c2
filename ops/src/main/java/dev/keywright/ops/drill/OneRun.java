package dev.keywright.ops.drill;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.drill.DrillReport.Run;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One primary struck, from servers in sync to servers in sync. */
final class OneRun {

    /** How long a primary without anybody to take over stays away. */
    private static final Duration OUTAGE = Duration.ofSeconds(3);

    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final Duration HEALTH_EVERY = Duration.ofMillis(50);

    private final Subject subject;
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
            Subject subject,
            Connection connection,
            Connection replicas,
            Panel panel,
            DrillOptions options,
            Consumer<String> progress) {
        this.subject = subject;
        this.connection = connection;
        this.replicas = replicas;
        this.panel = panel;
        this.options = options;
        this.progress = progress;
        this.name = RedisUri.parse(subject.uri()).master().orElse("");
        this.layout = Layout.read(connection, subject.uri());
        this.shard = layout.owning(options.slot());
        this.health = new Health(panel, layout, name);
    }

    /** Blocks until it is over. */
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
        subject.check(options.fault(), shard.primary(), panel);
        if (options.fault() == Fault.FAILOVER && !layout.takesOver(options.slot())) {
            throw new DrillRefused(
                    "Nobody can take over from " + shard.primary() + " so that clients learn of it (" + connection
                            + "): that takes replicas, and Sentinels or a cluster. Choose --fault kill or freeze.");
        }
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
        String doing = subject.shutsDown() ? "shutting down" : Evidence.words(options.fault());
        progress.accept(doing + " " + shard.primary());
        Duration fault = workload.elapsed();
        boolean recovered;
        Duration mended;
        try {
            strike();
            progress.accept("waiting for the service");
            recovered = Patience.await(
                    layout.takesOver(options.slot()) ? options.patience() : OUTAGE,
                    new Recovery(workload, watch, affected));
            Patience.pause(SETTLE);
        } finally {
            mended = workload.elapsed();
            subject.mend(options.fault(), shard.primary());
            watch.mended();
        }
        Optional<Duration> whole = Optional.empty();
        if (!recovered || !subject.shutsDown()) {
            progress.accept("waiting for " + shard.primary() + " to be back and in sync");
            whole = isWholeWithin(options.patience()) ? Optional.of(workload.elapsed()) : Optional.empty();
        }
        Duration now = workload.elapsed();
        Patience.await(options.patience(), () -> workload.acknowledgedSince(now, key -> true));
        Patience.pause(SETTLE);
        workload.stop();
        progress.accept("comparing every write");
        Audit audit = workload.audit(options.patience());
        Endpoint primary =
                Layout.read(connection, subject.uri()).owning(options.slot()).primary();
        return new Evidence(options, shard, workload, watch, doing, fault, recovered, mended, whole, primary, audit)
                .run();
    }

    /**
     * Whether clients write to a successor: all keys of the shard have been written since there is one, and a list grows there,
     * for a primary that is only cut off goes on acknowledging.
     */
    private final class Recovery implements BooleanSupplier {

        private final CheckedWorkload workload;
        private final Watch watch;
        private final IntPredicate affected;
        private final String witness;
        private @Nullable Endpoint successor;
        private long length = -1;

        Recovery(CheckedWorkload workload, Watch watch, IntPredicate affected) {
            this.workload = workload;
            this.watch = watch;
            this.affected = affected;
            this.witness = IntStream.range(0, workload.keys())
                    .filter(affected)
                    .mapToObj(workload::name)
                    .findFirst()
                    .orElse("");
        }

        @Override
        public boolean getAsBoolean() {
            Watch.Takeover latest = watch.latest().orElse(null);
            if (latest == null || !workload.acknowledgedSince(latest.at(), affected)) {
                return false;
            }
            long now = panel.ask(latest.primary(), "LLEN", witness)
                    .map(Reply::number)
                    .orElse(-1L);
            length = length < 0 || !latest.primary().equals(successor) ? now : length;
            successor = latest.primary();
            return now > length;
        }
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
}
