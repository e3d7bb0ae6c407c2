package dev.keywright.ops.drill;

import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Measures for docs/measurements.md: {@code FailoverMeasure N} fails over N times by Sentinel and N times in a cluster, then counts
 * lost writes per mode in N / 4 runs each. Some 20 s per failover.
 */
final class FailoverMeasure {

    private static final ServerOptions PLAIN = ServerOptions.DEFAULTS;
    private static final int LOSS_RATE = 2_000;
    private static final PrintWriter OUT = new PrintWriter(
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8), true);

    private FailoverMeasure() {}

    /** N; {@code times} or {@code loss} for one of the two tables; of the second, one fault. */
    public static void main(String[] arguments) {
        int repeat = arguments.length == 0 ? 20 : Integer.parseInt(arguments[0]);
        String part = arguments.length < 2 ? "both" : arguments[1];
        if (!part.equals("loss")) {
            times("Sentinel, down-after 1000 ms, 1 + 2", repeat, () -> Sentinel.start(2));
            times(
                    "Cluster, node-timeout 2000 ms, 3 + 3",
                    repeat,
                    () -> Cluster.start(3, 1, PLAIN.withDirective("cluster-node-timeout", "2000")));
        }
        if (!part.equals("times")) {
            List<Fault> faults = arguments.length < 3
                    ? List.of(Fault.KILL, Fault.PARTITION)
                    : List.of(Fault.valueOf(arguments[2].toUpperCase(Locale.ROOT)));
            losses(Math.max(1, repeat / 4), faults);
        }
    }

    private static void times(String name, int repeat, Supplier<Redis> start) {
        DrillReport report;
        try (Redis redis = start.get()) {
            report = Drill.of(redis).run(DrillOptions.DEFAULTS.withRepeat(repeat), FailoverMeasure::silent);
        }
        OUT.println("\n" + name + ": kill -9 of the primary, " + repeat + " times\n");
        OUT.println("| figure | median | worst | runs |\n| --- | --- | --- | --- |");
        report.figures()
                .forEach(figure -> OUT.printf(
                        Locale.ROOT,
                        "| %s | %s | %s | %d |%n",
                        figure.name(),
                        amount(figure.median(), figure.unit()),
                        amount(figure.worst(), figure.unit()),
                        figure.runs()));
        report.verdicts().forEach(verdict -> OUT.println("\n" + verdict.promise() + ": " + verdict.measured()));
        report.notes().forEach(note -> OUT.println("\n" + note));
    }

    private static void losses(int repeat, List<Fault> faults) {
        OUT.println("\nAcknowledged writes lost, Sentinel with 1 + 2, " + LOSS_RATE + " operations per second, "
                + repeat + " runs each\n");
        OUT.println("| mode | fault | acknowledged | lost | most in a run | loss window | unknown, of these applied |");
        OUT.println("| --- | --- | --- | --- | --- | --- | --- |");
        ServerOptions guarded =
                PLAIN.withDirective("min-replicas-to-write", "1").withDirective("min-replicas-max-lag", "1");
        ServerOptions durable = PLAIN.withDirective("appendonly", "yes").withDirective("appendfsync", "always");
        for (Fault fault : faults) {
            loss("asynchronous", fault, PLAIN, 0, repeat);
            loss("min-replicas-to-write 1, max-lag 1", fault, guarded, 0, repeat);
            loss("appendfsync always", fault, durable, 0, repeat);
            loss("WAIT 1", fault, PLAIN, 1, repeat);
        }
    }

    private static void loss(String mode, Fault fault, ServerOptions servers, int waitReplicas, int repeat) {
        CheckedWorkload.Options workload =
                CheckedWorkload.Options.DEFAULTS.withRate(LOSS_RATE).withWaitReplicas(waitReplicas);
        DrillReport report;
        try (Redis redis = Sentinel.start(2, fault == Fault.PARTITION ? servers.withPartitions() : servers)) {
            report = Drill.of(redis)
                    .run(
                            DrillOptions.DEFAULTS
                                    .withFault(fault)
                                    .withRepeat(repeat)
                                    .withWorkload(workload),
                            FailoverMeasure::silent);
        }
        long acknowledged = 0;
        long lost = 0;
        long most = 0;
        long unknown = 0;
        long applied = 0;
        double window = 0;
        for (DrillReport.Run run : report.runs()) {
            Audit.Writes writes = run.audit().writes();
            acknowledged += writes.acknowledged();
            lost += writes.lost();
            most = Math.max(most, writes.lost());
            unknown += writes.unknown();
            applied += writes.unknownApplied();
            window = Math.max(window, run.lossSeconds());
        }
        OUT.printf(
                Locale.ROOT,
                "| %s | %s | %d | %d | %d | %.3f s | %d, %d |%n",
                mode,
                fault.name().toLowerCase(Locale.ROOT),
                acknowledged,
                lost,
                most,
                window,
                unknown,
                applied);
        report.notes().forEach(OUT::println);
    }

    private static String amount(double value, String unit) {
        return unit.isEmpty()
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3f %s", value, unit);
    }

    private static void silent(String progress) {}
}
