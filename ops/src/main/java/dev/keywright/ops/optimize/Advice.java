package dev.keywright.ops.optimize;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.optimize.Plan.Trialled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the trials say, as findings. */
final class Advice {

    private Advice() {}

    static List<Finding> of(List<Trialled> trials, List<Plan.Remodelling> remodellings, String source) {
        List<Finding> findings = new ArrayList<>();
        for (Trialled trial : trials) {
            if (trial.server().isEmpty() && !trial.name().equals("together") && trial.savedBytes() > 0) {
                findings.add(setting(trial, source));
            }
        }
        remodellings.forEach(each -> findings.add(remodelling(each, source)));
        return findings;
    }

    private static Finding setting(Trialled trial, String source) {
        Price price = trial.changed();
        String what = text(
                "%s saves %,d bytes (%.1f %%): about %,d values become compact.",
                trial.name(), trial.savedBytes(), 100 * trial.savedRatio(), trial.changedKeys());
        String why = text(
                "A command on those keeps the server busy for %.2f us instead of %.2f; round trips on this machine"
                        + " have a median of %.0f us (%.0f) and a 99th percentile of %.0f us (%.0f). %s",
                price.serverMicros(),
                price.baseServerMicros(),
                price.percentile50Micros(),
                price.basePercentile50Micros(),
                price.percentile99Micros(),
                price.basePercentile99Micros(),
                trial.risk());
        return new Finding(
                "smaller-by-" + trial.settings().keySet().iterator().next(),
                trial.verdict().equals("good") ? Severity.WARNING : Severity.INFO,
                what,
                why,
                String.join("; ", commands(trial.settings())),
                Finding.Place.whole(source));
    }

    private static Finding remodelling(Plan.Remodelling each, String source) {
        return new Finding(
                "smaller-by-" + each.kind(),
                Severity.INFO,
                text(
                        "%s for %s saves about %,d bytes: %.0f instead of %.0f bytes for each of %,d keys, measured on"
                                + " %,d.",
                        each.kind(),
                        each.pattern(),
                        each.savedBytes(),
                        each.newBytesPerKey(),
                        each.bytesPerKey(),
                        each.keys(),
                        each.sampleKeys()),
                each.forbids(),
                each.example(),
                Finding.Place.whole(source));
    }

    static List<String> commands(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(each -> "CONFIG SET " + each.getKey() + " " + each.getValue())
                .toList();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
