package dev.keywright.ops.analysis;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.analysis.AnalysisReport.AnalysisFinding;
import dev.keywright.ops.analysis.Patterns.Learned;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One thing to look for in keys.
 *
 * @param id in kebab case, stable
 * @param severity how bad it is, unless a finding says otherwise
 * @param threshold from when on, for the table of rules
 * @param why what follows from it
 * @param check looks
 */
record AnalysisRule(String id, Severity severity, String threshold, String why, Check check) {

    /** More patterns with the same finding than these are not listed. */
    private static final int MOST = 20;

    /** Looks at all keys and tells what it finds. */
    interface Check {
        void look(Subject subject, Found found);
    }

    /**
     * What is found and weighs so much, among the keys read.
     *
     * @param saving of bytes, by the model; empty where it cannot be told
     */
    record Weight(long keys, long bytes, Optional<Long> saving) {
        static Weight of(long keys, long bytes) {
            return new Weight(keys, bytes, Optional.empty());
        }

        static Weight saving(long keys, long bytes, double saving) {
            return new Weight(keys, bytes, Optional.of(Math.round(saving)));
        }
    }

    /** Takes what a rule finds. */
    static final class Found {

        /** A saving of more than this share of all is worth a warning. */
        private static final double MUCH = 0.05;

        private final AnalysisRule rule;
        private final Subject subject;
        private final List<AnalysisFinding> findings = new ArrayList<>();

        private Found(AnalysisRule rule, Subject subject) {
            this.rule = rule;
            this.subject = subject;
        }

        void add(String what, String fix, Weight weight) {
            add(rule.severity, Optional.empty(), what, fix, weight);
        }

        void add(Severity severity, String what, String fix, Weight weight) {
            add(severity, Optional.empty(), what, fix, weight);
        }

        /** Of one pattern; a saving that is worth little is none. */
        void add(Learned pattern, String what, String fix, Weight weight) {
            long gain = weight.saving().orElse(weight.bytes());
            if (weight.saving().isPresent() && subject.scaled(gain) < Math.max(1, subject.worthBytes())) {
                return;
            }
            boolean much = weight.saving().isPresent() && subject.scaled(gain) > MUCH * (double) subject.usedBytes();
            add(much ? Severity.WARNING : rule.severity, Optional.of(pattern.text()), what, fix, weight);
        }

        private void add(Severity severity, Optional<String> pattern, String what, String fix, Weight weight) {
            Finding.Place place = Finding.Place.whole(subject.origin().name());
            findings.add(new AnalysisFinding(
                    new Finding(rule.id, severity, what, rule.why, fix, place),
                    pattern,
                    subject.scaled(weight.keys()),
                    subject.scaled(weight.bytes()),
                    weight.saving().map(subject::scaled)));
        }
    }

    List<AnalysisFinding> findings(Subject subject) {
        Found found = new Found(this, subject);
        check.look(subject, found);
        return found.findings.stream()
                .sorted(Comparator.comparingLong(
                        (AnalysisFinding one) -> -one.savingBytes().orElse(one.bytes())))
                .limit(MOST)
                .toList();
    }

    /** Its line in the table of rules. */
    String row() {
        return "| `" + id + "` | " + threshold + " | " + why + " |";
    }

    static List<AnalysisRule> all() {
        List<AnalysisRule> all = new ArrayList<>();
        all.addAll(SizeRules.all());
        all.addAll(SavingRules.all());
        all.addAll(NameRules.all());
        all.addAll(TimeRules.all());
        all.addAll(WholeRules.all());
        return List.copyOf(all);
    }
}
