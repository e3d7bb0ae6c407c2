package dev.keywright.ops.drill;

import dev.keywright.ops.drill.DrillReport.Figure;
import dev.keywright.ops.drill.DrillReport.Run;
import dev.keywright.ops.drill.DrillReport.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Makes figures and verdicts of runs. */
final class Judge {

    private static final String ASKED = "; others were asked every " + Watch.EVERY.toMillis() + " ms";

    private Judge() {}

    static DrillReport report(String target, Subject subject, Layout layout, DrillOptions options, List<Run> runs) {
        List<Verdict> verdicts = verdicts(layout, options, runs);
        return new DrillReport(
                target + " (" + subject.words() + ")",
                layout.kind().name().toLowerCase(Locale.ROOT),
                layout.shards().size(),
                layout.replicas(),
                options.fault(),
                workload(options.workload()),
                runs,
                figures(runs),
                verdicts,
                verdicts.stream().allMatch(Verdict::held),
                notes(subject, layout, options, runs));
    }

    private static String workload(CheckedWorkload.Options workload) {
        return workload.rate() + " operations per second, open loop, " + Math.round(workload.readRatio() * 100)
                + " % of them reads, on " + workload.keys() + " keys; a write counts as acknowledged when "
                + (workload.waitReplicas() == 0
                        ? "the primary has answered"
                        : "WAIT has confirmed it on " + workload.waitReplicas() + " replicas");
    }

    private static List<Figure> figures(List<Run> runs) {
        List<Figure> figures = new ArrayList<>();
        add(
                figures,
                runs,
                "first failure",
                "s",
                Run::firstFailure,
                "fault to the first write that failed at the client");
        add(figures, runs, "suspected", "s", Run::suspected, "fault to s_down or fail? at another server" + ASKED);
        add(figures, runs, "detected", "s", Run::detected, "fault to o_down or fail at another server" + ASKED);
        add(figures, runs, "promoted", "s", Run::promoted, "fault to ROLE master of the first replica" + ASKED);
        add(
                figures,
                runs,
                "downtime",
                "s",
                run -> Optional.of(run.downtime()),
                "longest time between two acknowledged writes on the struck shard, seen by the client");
        add(
                figures,
                runs,
                "read downtime",
                "s",
                run -> Optional.of(run.readDowntime()),
                "longest time between two answered reads from the struck shard's primary");
        add(
                figures,
                runs,
                "downtime elsewhere",
                "s",
                Run::othersDowntime,
                "longest time between two acknowledged writes on the other shards");
        add(figures, runs, "whole again", "s", Run::whole, "return of the old primary to all servers in sync");
        add(
                figures,
                runs,
                "lost writes",
                "",
                run -> Optional.of((double) run.audit().writes().lost()),
                "acknowledged, and not there when every key was read back");
        add(
                figures,
                runs,
                "loss window",
                "s",
                run -> Optional.of(run.lossSeconds()),
                "from the acknowledgement of the first lost write to the fault, or to that of the last one if later");
        add(
                figures,
                runs,
                "unknown outcomes",
                "",
                run -> Optional.of((double) run.audit().writes().unknown()),
                "writes that were sent and got no answer, or too few confirmations");
        add(
                figures,
                runs,
                "stale reads",
                "",
                run -> Optional.of((double) run.audit().reads().stale()),
                "reads from the primary that returned less than was acknowledged before they were sent");
        add(
                figures,
                runs,
                "stale replica reads",
                "",
                run -> run.audit().replicaReads().map(reads -> (double) reads.stale()),
                "the same of reads from replicas");
        add(
                figures,
                runs,
                "replica staleness",
                "s",
                run -> run.audit().replicaReads().map(Audit.Reads::oldestSeconds),
                "how long the first write that a replica read missed had been acknowledged, at most");
        return figures;
    }

    private static void add(
            List<Figure> figures,
            List<Run> runs,
            String name,
            String unit,
            Function<Run, Optional<Double>> value,
            String how) {
        double[] values = runs.stream()
                .map(value)
                .flatMap(Optional::stream)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (values.length > 0) {
            figures.add(new Figure(name, unit, median(values), values[values.length - 1], values.length, how));
        }
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return Math.round(median * 1e3) / 1e3;
    }

    private static List<Verdict> verdicts(Layout layout, DrillOptions options, List<Run> runs) {
        List<Verdict> verdicts = new ArrayList<>();
        if (layout.takesOver(options.slot())) {
            long alone = runs.stream().filter(Run::recovered).count();
            verdicts.add(new Verdict(
                    "takes over by itself",
                    "always",
                    alone + " of " + runs.size() + " times",
                    alone == runs.size(),
                    "a replica was promoted and writes on all its keys were acknowledged before the old"
                            + " primary returned"));
        }
        options.failoverSeconds().ifPresent(promised -> {
            double worst = worst(runs, Run::downtime);
            verdicts.add(new Verdict(
                    "failover_seconds",
                    "at most " + number(promised) + " s",
                    number(worst) + " s",
                    worst <= promised && runs.stream().allMatch(Run::recovered),
                    "the longest downtime a client saw on the struck shard"));
        });
        options.rpoSeconds().ifPresent(promised -> {
            double worst = worst(runs, Run::lossSeconds);
            verdicts.add(new Verdict(
                    "rpo_seconds",
                    "at most " + number(promised) + " s",
                    number(worst) + " s",
                    promised > 0 ? worst <= promised : mostLost(runs) == 0,
                    "the longest loss window; 0 promises that no acknowledged write is lost"));
        });
        options.maxLost()
                .ifPresent(promised -> verdicts.add(new Verdict(
                        "max_lost",
                        "at most " + promised,
                        Long.toString(mostLost(runs)),
                        mostLost(runs) <= promised,
                        "acknowledged writes lost in one run, the most")));
        return verdicts;
    }

    private static double worst(List<Run> runs, Function<Run, Double> value) {
        return runs.stream().mapToDouble(value::apply).max().orElse(0);
    }

    private static long mostLost(List<Run> runs) {
        return runs.stream().mapToLong(run -> run.audit().writes().lost()).max().orElse(0);
    }

    /** 2.0 as 2, 2.345 as it is. */
    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static List<String> notes(Subject subject, Layout layout, DrillOptions options, List<Run> runs) {
        List<String> notes = new ArrayList<>();
        if (!layout.takesOver(options.slot())) {
            notes.add("Nobody takes over in this topology: the downtime is the outage until the drill brought the"
                    + " primary back.");
        }
        int replicas = layout.owning(options.slot()).replicas().size();
        int wanted = options.workload().waitReplicas();
        if (wanted >= replicas && wanted > 0) {
            notes.add("Writes wait for " + wanted + " of " + replicas
                    + " replicas, and one of these becomes the primary: none is"
                    + " acknowledged until the old primary is back.");
        }
        runs.stream()
                .filter(run -> run.takeovers() > 1)
                .forEach(run -> notes.add("After " + run.victim()
                        + " there was not one takeover but " + run.takeovers() + ", and "
                        + run.successor().orElse("nobody")
                        + " serves now: a new primary that answered too late was replaced in turn. A longer"
                        + " down-after-milliseconds (Sentinel) or cluster-node-timeout makes that rare."));
        long duplicated = runs.stream()
                .mapToLong(run -> run.audit().writes().duplicated())
                .sum();
        if (duplicated > 0) {
            notes.add(duplicated + " writes took effect twice, though the client sends none again.");
        }
        long contradicted = runs.stream()
                .mapToLong(run -> run.audit().writes().contradicted())
                .sum();
        if (contradicted > 0) {
            notes.add(contradicted + " writes that were reported as not executed are there nevertheless.");
        }
        if (options.fault() == Fault.FAILOVER && layout.kind() == Layout.Kind.SENTINEL && mostLost(runs) > 0) {
            notes.add("SENTINEL FAILOVER does not wait for what the replicas have not read: an ordered failover loses"
                    + " acknowledged writes, too. Hold writes back first (CLIENT PAUSE ... WRITE on the primary)"
                    + " until the replicas have its offset.");
        }
        if (subject.shutsDown()) {
            runs.forEach(run -> notes.add(run.victim() + " was shut down, and nobody here starts it again: start it."));
        } else if (runs.stream().anyMatch(run -> run.whole().isEmpty())) {
            notes.add("The topology was not whole and in sync again within the patience of the drill.");
        }
        return notes;
    }
}
