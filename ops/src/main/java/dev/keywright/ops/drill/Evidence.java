package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;
import dev.keywright.ops.drill.DrillReport.Event;
import dev.keywright.ops.drill.DrillReport.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * What is known at the end of a run; times are counted from the workload's start.
 *
 * @param doing what was done to the primary, in a word or two
 * @param recovered whether the service was back before the drill took the fault back
 * @param primary who serves the shard's clients at the end
 * @param mended when it did
 * @param whole when all servers were in sync again
 */
record Evidence(
        DrillOptions options,
        Layout.Shard shard,
        CheckedWorkload workload,
        Watch watch,
        String doing,
        Duration fault,
        boolean recovered,
        Duration mended,
        Optional<Duration> whole,
        Endpoint primary,
        Audit audit) {

    Run run() {
        IntPredicate affected = key -> shard.slots().get(workload.slotOf(key));
        List<Event> timeline = new ArrayList<>();
        List<Watch.Takeover> takeovers = List.copyOf(watch.takeovers());
        Optional<Duration> promoted = takeovers.stream().map(Watch.Takeover::at).findFirst();
        Optional<Gap> gap = workload.longestWriteGap(affected, fault);
        Optional<Gap> others = workload.longestWriteGap(affected.negate(), fault);
        Optional<Gap> reads = workload.longestReadGap(affected, fault);
        Optional<Duration> failure = workload.firstFailure(affected, fault);
        tell(timeline, fault, doing + " " + shard.primary());
        failure.ifPresent(at -> tell(timeline, at, "first write failed at the client"));
        watch.suspected().ifPresent(at -> tell(timeline, at, "another server suspects it is down"));
        watch.down().ifPresent(at -> tell(timeline, at, "the others agree that it is down"));
        takeovers.forEach(takeover -> tell(timeline, takeover.at(), takeover.primary() + " is the new primary"));
        gap.filter(Gap::ended).ifPresent(found -> tell(timeline, found.to(), "writes are acknowledged again"));
        tell(timeline, mended, back(options.fault()));
        whole.ifPresent(at -> tell(timeline, at, "all servers are there and in sync"));
        timeline.sort(Comparator.comparingDouble(Event::seconds));
        return new Run(
                shard.primary().toString(),
                takeovers.isEmpty() ? Optional.empty() : Optional.of(primary.toString()),
                takeovers.size(),
                seconds(fault),
                failure.map(this::after),
                watch.suspected().map(this::after),
                watch.down().map(this::after),
                promoted.map(this::after),
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

    private void tell(List<Event> timeline, Duration at, String what) {
        timeline.add(new Event(after(at), what));
    }

    private double after(Duration at) {
        return seconds(at.minus(fault));
    }

    private static double seconds(Duration duration) {
        return Audit.seconds(duration.toNanos());
    }

    static String words(Fault fault) {
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
