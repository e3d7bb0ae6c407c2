package dev.keywright.app.cli;

import dev.keywright.ops.Change;
import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Puts on paper what several reports have in common: findings, notes, changes. */
final class Sheet {

    private static final int MOST_FINDINGS = 30;

    private final PrintWriter out;
    private final Style style;
    private final int width;

    Sheet(PrintWriter out, Screen screen) {
        this.out = out;
        this.style = screen.style();
        this.width = screen.width();
    }

    Style style() {
        return style;
    }

    void line(String text) {
        out.println(text);
    }

    void findings(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        line("");
        line(style.bold("Findings"));
        findings.stream().limit(MOST_FINDINGS).forEach(this::finding);
        if (findings.size() > MOST_FINDINGS) {
            line("  and " + (findings.size() - MOST_FINDINGS) + " more; --json tells all");
        }
    }

    private void finding(Finding finding) {
        String place = "  " + Prose.clean(finding.place().toString());
        String painted = switch (finding.severity()) {
            case INFO -> place;
            case WARNING -> style.bold(place);
            case ERROR -> style.red(place);
        };
        line(painted + "  " + style.dim(finding.severity().name().toLowerCase(Locale.ROOT) + ", " + finding.id()));
        wrapped(finding.what() + " " + finding.why(), "    ").forEach(this::line);
        wrapped("-> " + finding.fix(), "    ").forEach(text -> line(style.code(text)));
    }

    void notes(List<String> notes) {
        if (!notes.isEmpty()) {
            line("");
            notes.forEach(note -> wrapped(note, "").forEach(text -> line(style.dim(text))));
        }
    }

    void change(Change change) {
        String count = number(change.planned()) + (change.exact() ? "" : " or more");
        line(style.bold(change.action()) + "  " + Prose.clean(change.on()) + ": "
                + (change.applied() ? number(change.done()) + " done of " + count : "would do " + count));
        change.details().forEach(detail -> line("  " + Prose.clean(detail)));
        if (change.planned() > change.details().size() && !change.details().isEmpty()) {
            line("  ...");
        }
        change.notes().forEach(note -> wrapped(note, "  ").forEach(this::line));
        if (!change.applied()) {
            line(style.bold("Nothing was changed. Say --yes to do it."));
        }
    }

    /** Exit status: a deed that did nothing of what it was to do has failed. */
    static int status(Change change) {
        return change.applied() && change.planned() > 0 && change.done() == 0 ? Main.FAILED : Main.ANSWERED;
    }

    static int status(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.severity() != Severity.INFO)
                ? Main.UNPROVEN
                : Main.ANSWERED;
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** How long something is or was, in two digits or so. */
    static String time(double seconds) {
        if (seconds < 1) {
            return Math.round(seconds * 1e3) + " ms";
        } else if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        } else if (seconds < 7_200) {
            return Math.round(seconds / 60) + " min";
        }
        return seconds < 172_800 ? Math.round(seconds / 3_600) + " h" : Math.round(seconds / 86_400) + " days";
    }

    private List<String> wrapped(String text, String indent) {
        return Prose.wrapped(Prose.clean(text), width - indent.length()).stream()
                .map(line -> indent + line)
                .toList();
    }
}
