package dev.keywright.ops.analysis;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.Severity;
import dev.keywright.ops.analysis.AnalysisRule.Found;
import dev.keywright.ops.analysis.AnalysisRule.Weight;
import dev.keywright.ops.analysis.KeyTally.Kind;
import java.util.List;
import java.util.Locale;

/** Keys that are too large for one key. */
final class SizeRules {

    private SizeRules() {}

    static List<AnalysisRule> all() {
        return List.of(
                new AnalysisRule(
                        "big-strings",
                        WARNING,
                        "a string above 10 kB (info), 100 kB (warning), 1 MB (error)",
                        "While it is sent nobody else is served, and each change writes all of it again.",
                        (subject, found) -> {
                            String fix = "Split it by what is read together, compress it, or keep it elsewhere and"
                                    + " its address here.";
                            tell(subject, found, Kind.BIGGEST_STRING, ERROR, "strings above 1 MB", fix);
                            tell(subject, found, Kind.BIGGER_STRING, WARNING, "strings above 100 kB", fix);
                            tell(subject, found, Kind.BIG_STRING, INFO, "strings above 10 kB", fix);
                        }),
                new AnalysisRule(
                        "big-collections",
                        WARNING,
                        "more than 5,000 elements (warning), more than 50 MB (error)",
                        "One command on all of it blocks the server for milliseconds to seconds; so does DEL.",
                        (subject, found) -> {
                            String fix = "Spread it over several keys by a part of the element's id; read with HSCAN,"
                                    + " SSCAN, ZSCAN or ranges; delete with UNLINK.";
                            tell(subject, found, Kind.BIG_COLLECTION, ERROR, "collections above 50 MB", fix);
                            tell(
                                    subject,
                                    found,
                                    Kind.MANY_ELEMENTS,
                                    WARNING,
                                    "collections of more than 5,000 elements",
                                    fix);
                        }),
                new AnalysisRule(
                        "immovable-keys",
                        WARNING,
                        "a key above 512 MB or with more than a million elements",
                        "Moving its slot blocks both servers while it is packed, sent and unpacked, and may run into"
                                + " the timeout.",
                        (subject, found) -> tell(
                                subject,
                                found,
                                Kind.IMMOVABLE,
                                WARNING,
                                "keys too large to move between nodes",
                                "Split it before slots are moved.")));
    }

    private static void tell(Subject subject, Found found, Kind kind, Severity severity, String things, String fix) {
        subject.tally().kind(kind).ifPresent(count -> {
            String example = count.example()
                    .map(key -> " The largest is " + key.name() + " with " + Spoken.bytes(key.bytes())
                            + (key.type() == KeyType.STRING || key.elements() < 0
                                    ? ""
                                    : " and " + Spoken.count(key.elements()) + " elements")
                            + ".")
                    .orElse("");
            String sampled = subject.scale() == 1
                    ? ""
                    : " So many follow from " + Spoken.count(count.keys()) + " in the sample.";
            found.add(
                    severity,
                    things.substring(0, 1).toUpperCase(Locale.ROOT) + things.substring(1) + ": "
                            + Spoken.count(subject.scaled(count.keys())) + ", together "
                            + Spoken.bytes(subject.scaled(count.bytes())) + "." + sampled + example,
                    fix,
                    Weight.of(count.keys(), count.bytes()));
        });
    }
}
