package dev.keywright.ops.memory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Loads a bounded sample of described data into a private server and holds the model against what it took there.
 * <ul>
 *   <li>Time: about a second for each kind of data and {@value #MOST_COMMANDS} commands.
 *   <li>Sampling: fewer keys, each of its real size; only a key of more elements than that is made smaller.
 *   <li>Translation: what was measured is for the server at hand. What the model says for the asked server is multiplied with
 *       how the model erred here, for each kind of data; tables of keys are the model's.
 * </ul>
 */
public final class Verifier {

    private static final long MOST_COMMANDS = 60_000;
    private static final double MOST_BYTES = 48e6;
    private static final long SEED = 1;

    private final Optional<Path> binary;

    /** @param binary the server program; none for the one that is found, at last the embedded one */
    public Verifier(Optional<Path> binary) {
        this.binary = binary;
    }

    /**
     * The report with what was measured.
     *
     * @param progress is told in a few words what happens
     * @throws dev.keywright.server.ServerException when there is no such server
     */
    public SizeReport verified(SizeReport report, Description description, Consumer<String> progress) {
        return report.verifiedBy(verify(description.task(), report, progress));
    }

    private Verification verify(SizeTask task, SizeReport report, Consumer<String> progress) {
        Profile asked = task.target().profile();
        Profile plain = new Lab(binary, Map.of()).profile();
        Lab lab = new Lab(binary, directives(asked.limits(), plain.version()));
        Profile here = lab.profile();
        MemoryModel model = new MemoryModel(here);
        List<Verification.Check> checks = new ArrayList<>();
        double total = report.totalBytes();
        for (SizeTask.Item item : task.items()) {
            progress.accept("loading a sample of " + item.name());
            Sample sample = sample(item.data(), model);
            SampleCheck check = check(lab, model, sample.data());
            checks.add(new Verification.Check(
                    item.name(),
                    sample.data().keys(),
                    check.measuredBytes(),
                    check.modelBytes(),
                    check.error(),
                    sample.note()));
            double modelled = report.items().stream()
                    .filter(line -> line.name().equals(item.name()))
                    .mapToDouble(SizeReport.Line::bytes)
                    .sum();
            total += modelled * (check.correction() - 1);
        }
        return new Verification(here.toString(), checks, total);
    }

    static SampleCheck check(Lab lab, MemoryModel model, DataSet sample) {
        Estimate estimate = model.estimate(sample);
        double measured = lab.measure(List.of(sample), SEED);
        return new SampleCheck(sample.keys(), measured, estimate.totalBytes(), Forecast.tables(estimate));
    }

    /** @param note what is not as described */
    private record Sample(DataSet data, String note) {}

    private static Sample sample(DataSet described, MemoryModel model) {
        DataSet set = described;
        String note = "";
        double elements = Spread.of(Scale.count(set.value())).mean() * commands(set.value());
        if (elements > MOST_COMMANDS) {
            double part = MOST_COMMANDS / elements;
            set = Scale.of(set.withKeys(1), part);
            elements = MOST_COMMANDS;
            note = "a key of " + Math.round(part * 100) + " % of the elements";
        }
        double bytes = model.value(set.value()) + 1;
        double most = Math.min(MOST_COMMANDS / (elements + set.expiringRatio() + 1), MOST_BYTES / bytes);
        return new Sample(set.withKeys(Math.max(1, Math.min(described.keys(), (long) most))), note);
    }

    /** How many commands write one element. */
    private static double commands(Value value) {
        return value instanceof Value.Bitmap bitmap ? 1.0 / Math.max(1, bitmap.stride()) : 1;
    }

    /** Limits that are not the defaults, as far as that version has them. */
    private static Map<String, String> directives(Limits limits, Version version) {
        Map<String, String> directives = new LinkedHashMap<>();
        Fields.LIMITS.forEach((name, limit) -> {
            boolean known = version.has(Trait.SMALL_SETS) || !name.startsWith("set-max-listpack");
            if (known && limit.of(limits) != limit.of(Limits.DEFAULTS)) {
                directives.put(name, Long.toString(limit.of(limits)));
            }
        });
        return directives;
    }
}
