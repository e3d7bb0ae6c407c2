package dev.keywright.ops.drill;

import java.util.List;
import java.util.Optional;

/**
 * What a drill measured and which promises held.
 *
 * @param target what it was held on, without a password
 * @param workload what ran meanwhile, in words
 * @param figures over all runs
 * @param held whether every verdict is good
 * @param notes what a reader should know beside the figures
 */
public record DrillReport(
        String target,
        String topology,
        int shards,
        int replicas,
        Fault fault,
        String workload,
        List<Run> runs,
        List<Figure> figures,
        List<Verdict> verdicts,
        boolean held,
        List<String> notes) {

    public DrillReport {
        runs = List.copyOf(runs);
        figures = List.copyOf(figures);
        verdicts = List.copyOf(verdicts);
        notes = List.copyOf(notes);
    }

    /**
     * One primary struck. All times are seconds after the fault, those of {@code audit} and {@code seconds} after the workload's
     * start.
     *
     * @param victim the primary that was struck
     * @param successor who serves its clients at the end; absent when nobody took over
     * @param takeovers how often a replica became the primary; more than once when a new primary was replaced in turn
     * @param faultSeconds when the fault happened, after the workload's start
     * @param firstFailure when a write to the struck shard first failed at the client
     * @param suspected when another server first thought the primary down
     * @param detected when the other servers had agreed on it
     * @param promoted when a replica was a master, the first time
     * @param recovered whether writes were acknowledged again before the drill brought the old primary back
     * @param downtime the longest time between two acknowledged writes on the struck shard
     * @param readDowntime the same of reads from the struck shard's primary
     * @param othersDowntime the same of writes on the other shards; absent where there is none
     * @param whole the time from the old primary's return to a topology that is whole and in sync; absent when it did not come
     * @param lossSeconds how far back the oldest lost write was acknowledged; 0 when none was lost
     */
    public record Run(
            String victim,
            Optional<String> successor,
            int takeovers,
            double faultSeconds,
            Optional<Double> firstFailure,
            Optional<Double> suspected,
            Optional<Double> detected,
            Optional<Double> promoted,
            boolean recovered,
            double downtime,
            double readDowntime,
            Optional<Double> othersDowntime,
            Optional<Double> whole,
            double lossSeconds,
            Audit audit,
            List<Event> timeline,
            List<Second> seconds) {

        public Run {
            timeline = List.copyOf(timeline);
            seconds = List.copyOf(seconds);
        }
    }

    /** Something that happened, so many seconds after the fault. */
    public record Event(double seconds, String what) {}

    /**
     * A figure over all runs in which it could be taken.
     *
     * @param how what it is and how it was measured
     */
    public record Figure(String name, String unit, double median, double worst, int runs, String how) {}

    /** A promise, what was measured of it, and whether it held. */
    public record Verdict(String promise, String promised, String measured, boolean held, String how) {}
}
