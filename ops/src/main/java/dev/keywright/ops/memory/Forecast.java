package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Puts together what described data takes, the jumps ahead, and what to buy. Pure calculation; any number of threads. */
public final class Forecast {

    /** What a fork writes in a second, roughly. */
    private static final double SAVED_PER_SECOND = 100e6;

    private static final long BACKLOG = 1 << 20;
    /** Redis gives a replica up when so much waits for it. */
    private static final double REPLICA_BUFFER = 256e6;

    private static final int MOST_MASTERS = 1_024;
    /** How far ahead steps are looked for, where no growth was spoken of. */
    private static final double AHEAD = 2;

    private static final int STEPS = 4;
    private static final int DOUBTS = 3;
    private static final double DOUBTFUL = 0.02;
    private static final double SPREAD_KEYS = 20;

    private final SizeTask task;
    private final SizeTask.Target target;

    private Forecast(SizeTask task) {
        this.task = task;
        this.target = task.target();
    }

    /** @throws dev.keywright.ops.OpsException when the description cannot be read */
    public static SizeReport of(Description description) {
        return new Forecast(description.task()).report(description);
    }

    private SizeReport report(Description description) {
        int masters = Math.max(1, target.masters());
        Master now = master(masters, 1);
        MemoryModel whole = whole();
        Estimate all = whole.estimate(sets(1, 1));
        double tables = tables(all);
        double more = tables(now.estimate()) * masters - tables;
        HeadRoom room = room(masters);
        return new SizeReport(
                target.profile().toString() + (target.masters() > 0 ? ", cluster of " + masters : ""),
                all.keys(),
                all.totalBytes() + more,
                all.lowBytes() + more,
                all.highBytes() + more,
                task.items().stream().map(item -> line(whole, item)).toList(),
                parts(all, now.estimate(), masters),
                steps(now),
                new SizeReport.Room(
                        now.estimate().totalBytes(),
                        target.horizon(),
                        room.maxmemoryBytes(),
                        room.machineBytes(),
                        room.parts()),
                fleet(masters),
                new Alternatives(task).choices(),
                doubts(description, all.totalBytes()),
                description.figures(),
                notes(description, masters),
                Optional.empty());
    }

    private MemoryModel whole() {
        boolean cluster = target.masters() > 0;
        return new MemoryModel(cluster ? target.profile().withSlots(Profile.ALL_SLOTS) : target.profile());
    }

    /** Assumed lengths, doubled one by one. */
    private static List<SizeReport.Doubt> doubts(Description description, double now) {
        List<SizeReport.Doubt> doubts = new ArrayList<>();
        for (Description.Figure figure : description.figures()) {
            int dot = figure.name().indexOf('.');
            boolean length = figure.value().matches("\\d+")
                    && Fields.isLength(figure.name().substring(dot + 1));
            if (figure.origin() == Origin.ASSUMED && length) {
                String other = Long.toString(2 * Long.parseLong(figure.value()));
                Description changed = description.with(
                        figure.name().substring(0, dot), figure.name().substring(dot + 1), other);
                double bytes = new Forecast(changed.task()).total();
                doubts.add(new SizeReport.Doubt(figure.name(), figure.value(), other, bytes));
            }
        }
        return doubts.stream()
                .filter(doubt -> Math.abs(doubt.bytes() / now - 1) > DOUBTFUL)
                .sorted(Comparator.comparingDouble(doubt -> -Math.abs(doubt.bytes() - now)))
                .limit(DOUBTS)
                .toList();
    }

    private double total() {
        return whole().estimate(sets(1, 1)).totalBytes();
    }

    /** One of so many masters, the fullest. */
    private record Master(MemoryModel model, List<DataSet> sets, Estimate estimate) {}

    private Master master(int masters, double growth) {
        boolean cluster = target.masters() > 0 || masters > 1;
        MemoryModel model = new MemoryModel(
                cluster ? target.profile().withSlots((Profile.ALL_SLOTS + masters - 1) / masters) : target.profile());
        List<DataSet> sets = sets(masters, growth);
        return new Master(model, sets, model.estimate(sets));
    }

    private List<DataSet> sets(int masters, double growth) {
        return task.items().stream()
                .map(item -> Scale.of(item.data(), growth))
                .map(set -> set.withKeys((set.keys() + masters - 1) / masters))
                .toList();
    }

    private static SizeReport.Line line(MemoryModel model, SizeTask.Item item) {
        Estimate estimate = model.estimate(item.data());
        double tables = tables(estimate);
        double bytes = estimate.totalBytes() - tables;
        return new SizeReport.Line(
                item.name(),
                item.data().keys(),
                bytes,
                Math.max(0, estimate.lowBytes() - tables),
                estimate.highBytes() - tables,
                item.data().keys() == 0 ? 0 : bytes / item.data().keys());
    }

    static double tables(Estimate estimate) {
        return estimate.parts().stream()
                .filter(part -> part.name().endsWith("table"))
                .mapToDouble(Estimate.Part::bytes)
                .sum();
    }

    private static List<Estimate.Part> parts(Estimate all, Estimate master, int masters) {
        List<Estimate.Part> parts = new ArrayList<>();
        for (int i = 0; i < all.parts().size(); i++) {
            Estimate.Part part = all.parts().get(i);
            boolean table = part.name().endsWith("table");
            parts.add(
                    table ? new Estimate.Part(part.name(), master.parts().get(i).bytes() * masters) : part);
        }
        return parts.stream().filter(part -> part.bytes() > 0).toList();
    }

    private List<Step> steps(Master master) {
        List<Step> steps =
                new ArrayList<>(master.model().steps(master.sets(), Math.max(AHEAD, target.horizon())).stream()
                        .limit(STEPS)
                        .toList());
        task.items()
                .forEach(item ->
                        Scale.leavingCompact(item, master.model(), AHEAD).ifPresent(steps::add));
        return steps;
    }

    /** Of one of so many masters, when the data has grown. */
    private HeadRoom room(int masters) {
        Master master = master(masters, target.horizon());
        Overheads overheads = new Overheads(master.model().profile());
        double oldTable = master.model().steps(sets(masters, 1), target.horizon()).stream()
                .mapToDouble(Step::transientBytes)
                .max()
                .orElse(0);
        double buffers = overheads.emptyServerBytes()
                + overheads.clientBytes(target.clients(), 0)
                + overheads.replicaBytes(target.replicas())
                + (target.replicas() > 0 ? overheads.backlogBytes(BACKLOG) : 0);
        double data = master.estimate().highBytes();
        HeadRoom.Load load = HeadRoom.Load.of(data)
                .withTransient(oldTable)
                .withBuffers(buffers)
                .withReplicaBuffers(target.replicas() * REPLICA_BUFFER)
                .withChurn(target.churn());
        double seconds = (data + buffers) / SAVED_PER_SECOND;
        return HeadRoom.of(target.forks() ? load.withForks(target.writesPerSecond() * seconds) : load);
    }

    private SizeReport.Fleet fleet(int masters) {
        int needed = needed();
        return new SizeReport.Fleet(
                target.masters(),
                target.replicas(),
                masters * (1 + target.replicas()),
                needed,
                target.machineBytes(),
                needed == 0 ? 0 : room(needed).machineBytes());
    }

    /** The fewest masters whose machines suffice; 0 when even a thousand do not. */
    private int needed() {
        int enough = 1;
        while (!fits(enough)) {
            enough *= 2;
            if (enough > MOST_MASTERS) {
                return 0;
            }
        }
        int few = enough / 2;
        while (enough - few > 1) {
            int middle = (few + enough) / 2;
            if (fits(middle)) {
                enough = middle;
            } else {
                few = middle;
            }
        }
        return enough;
    }

    private boolean fits(int masters) {
        return room(masters).machineBytes() <= target.machineBytes();
    }

    private List<String> notes(Description description, int masters) {
        List<String> notes = new ArrayList<>(description.notes());
        if (masters > 1) {
            task.items().stream()
                    .filter(item -> item.data().keys() < SPREAD_KEYS * masters)
                    .forEach(item -> notes.add(item.name() + ": " + item.data().keys()
                            + " keys do not spread evenly over " + masters
                            + " masters; a key lies on one of them whole."));
        }
        return notes;
    }
}
