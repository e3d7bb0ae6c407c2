package dev.keywright.app.cli;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.watch.DoctorReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report of the doctor on a page: servers in a line each, findings worst first, what several servers share told once. */
final class DoctorPage {

    private static final String INDENT = "    ";
    private static final int MOST_NODES = 12;
    private static final int MOST_PLACES = 3;

    private final StringBuilder text = new StringBuilder();
    private final DoctorReport report;
    private final Style style;
    private final int width;

    private DoctorPage(DoctorReport report, Screen screen) {
        this.report = report;
        this.style = screen.style();
        this.width = screen.width() - INDENT.length();
    }

    static String text(DoctorReport report, Screen screen) {
        DoctorPage page = new DoctorPage(report, screen);
        page.head();
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.INFO)) {
            page.findings(severity);
        }
        page.foot();
        return page.text.toString();
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private void head() {
        line(style.bold(Prose.clean(report.subject()))
                + style.dim("  " + report.kind() + ", "
                        + report.role().name().toLowerCase(Locale.ROOT) + ", " + report.rulesRun()
                        + " rules, rates over "
                        + WatchPage.number(report.seconds()) + " s"));
        report.nodes().stream().limit(MOST_NODES).forEach(node -> line(node(node)));
        if (report.nodes().size() > MOST_NODES) {
            line("  and " + (report.nodes().size() - MOST_NODES) + " more");
        }
    }

    private String node(DoctorReport.Node node) {
        String address = String.format(Locale.ROOT, "  %-21s %-7s ", Prose.clean(node.address()), node.role());
        if (node.trouble().isPresent()) {
            return style.red(address + Prose.clean(node.trouble().get()));
        }
        String limit = node.maxmemoryBytes() > 0 ? " of " + WatchPage.bytes(node.maxmemoryBytes()) : "";
        return address + Prose.clean(node.release()) + ", " + WatchPage.number(node.opsPerSecond()) + " ops/s, "
                + WatchPage.bytes(node.memoryBytes()) + limit + ", " + WatchPage.number(node.keys()) + " keys, "
                + WatchPage.number(node.clients()) + " clients";
    }

    /** What is said of several servers alike. */
    private Map<String, List<Finding>> groups(Severity severity) {
        Map<String, List<Finding>> groups = new LinkedHashMap<>();
        report.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .forEach(finding -> groups.computeIfAbsent(finding.id() + "\n" + finding.why(), id -> new ArrayList<>())
                        .add(finding));
        return groups;
    }

    private void findings(Severity severity) {
        Map<String, List<Finding>> groups = groups(severity);
        if (groups.isEmpty()) {
            return;
        }
        line("");
        String heading = heading(severity) + " (" + groups.size() + ")";
        line(severity == Severity.ERROR ? style.red(heading) : style.bold(heading));
        groups.values().forEach(this::group);
    }

    private void group(List<Finding> group) {
        Finding first = group.get(0);
        List<String> places = group.stream()
                .map(finding -> finding.place().toString())
                .distinct()
                .toList();
        line("  " + style.bold(Prose.clean(places(places))) + "  " + style.dim(first.id()));
        Map<String, List<String>> said = group.stream()
                .collect(Collectors.groupingBy(
                        Finding::what,
                        LinkedHashMap::new,
                        Collectors.mapping(finding -> finding.place().toString(), Collectors.toList())));
        List<String> whats = said.entrySet().stream()
                .limit(MOST_PLACES)
                .map(entry ->
                        (places.size() > 1 && said.size() > 1 ? places(entry.getValue()) + ": " : "") + entry.getKey())
                .toList();
        String more = said.size() > MOST_PLACES ? " And " + (said.size() - MOST_PLACES) + " more like it." : "";
        wrapped(String.join(" ", whats) + more + " " + first.why()).forEach(line -> line(INDENT + line));
        wrapped("-> " + first.fix()).forEach(line -> line(INDENT + style.code(line)));
    }

    private List<String> wrapped(String words) {
        return Prose.wrapped(Prose.clean(words), width);
    }

    private static String places(List<String> places) {
        String shown = places.stream().limit(MOST_PLACES).collect(Collectors.joining(", "));
        return places.size() > MOST_PLACES ? shown + " and " + (places.size() - MOST_PLACES) + " more" : shown;
    }

    private static String heading(Severity severity) {
        return switch (severity) {
            case ERROR -> "Errors";
            case WARNING -> "Warnings";
            case INFO -> "Worth knowing";
        };
    }

    private void foot() {
        line("");
        line(
                report.findings().isEmpty()
                        ? "Nothing found."
                        : groups(Severity.ERROR).size() + " errors, "
                                + groups(Severity.WARNING).size() + " warnings, "
                                + groups(Severity.INFO).size() + " worth knowing.");
        report.notSeen().forEach(missed -> wrapped("Not seen: " + missed).forEach(line -> line(style.dim(line))));
    }
}
