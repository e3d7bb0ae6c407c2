package dev.keywright.ops.lua;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers what the rules say of one script; the same thing of the same line is said once. */
final class Complaints {

    private final String source;
    private final Map<List<Object>, Finding> found = new LinkedHashMap<>();

    Complaints(String source) {
        this.source = source;
    }

    void error(String id, int line, String what, String why, String fix) {
        add(Severity.ERROR, id, line, what, why, fix);
    }

    void warning(String id, int line, String what, String why, String fix) {
        add(Severity.WARNING, id, line, what, why, fix);
    }

    void info(String id, int line, String what, String why, String fix) {
        add(Severity.INFO, id, line, what, why, fix);
    }

    void add(Severity severity, String id, int line, String what, String why, String fix) {
        found.putIfAbsent(
                List.of(id, line, what), new Finding(id, severity, what, why, fix, Finding.Place.line(source, line)));
    }

    /** Worst first, then in the order of the lines. */
    List<Finding> sorted() {
        List<Finding> all = new ArrayList<>(found.values());
        all.sort(Comparator.comparing(Finding::severity)
                .reversed()
                .thenComparing(finding -> finding.place().line().orElse(0)));
        return List.copyOf(all);
    }
}
