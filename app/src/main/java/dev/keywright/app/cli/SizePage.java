package dev.keywright.app.cli;

import dev.keywright.expert.design.Amounts;
import dev.keywright.ops.memory.Description.Figure;
import dev.keywright.ops.memory.Estimate;
import dev.keywright.ops.memory.Origin;
import dev.keywright.ops.memory.SizeReport;
import dev.keywright.ops.memory.Step;
import dev.keywright.ops.memory.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A forecast on about one screen: total, parts, what to buy, other ways, and where every figure comes from. One thread. */
final class SizePage {

    private static final int LABEL = 13;
    private static final int LONGEST_VALUE = 48;

    private final StringBuilder text = new StringBuilder();
    private final Screen screen;
    private final Style style;

    private SizePage(Screen screen) {
        this.screen = screen;
        this.style = screen.style();
    }

    static String text(SizeReport report, Screen screen) {
        SizePage page = new SizePage(screen);
        page.total(report);
        page.steps(report.steps());
        page.room(report);
        page.fleet(report);
        page.choices(report);
        page.doubts(report);
        report.verified().ifPresent(page::verified);
        page.figures(report);
        return page.text.toString();
    }

    private void total(SizeReport report) {
        line("");
        row(
                "memory",
                style.bold(bytes(report.totalBytes())) + "  (" + bytes(report.lowBytes()) + " to "
                        + bytes(report.highBytes()) + ") for " + count(report.keys()) + " keys, " + report.server());
        line(style.dim(String.format(
                Locale.ROOT, "    %-28s %14s %10s %10s  %s", "", "keys", "bytes/key", "bytes", "from - to")));
        for (SizeReport.Line item : report.items()) {
            line(String.format(
                    Locale.ROOT,
                    "    %-28s %14s %10s %10s  %s - %s",
                    Prose.clean(item.name()),
                    count(item.keys()),
                    Amounts.plain(item.perKeyBytes() >= 100 ? Math.rint(item.perKeyBytes()) : item.perKeyBytes()),
                    bytes(item.bytes()),
                    bytes(item.lowBytes()),
                    bytes(item.highBytes())));
        }
        row("parts", parts(report.parts()));
    }

    private static String parts(List<Estimate.Part> parts) {
        return parts.stream()
                .map(part -> part.name() + " " + bytes(part.bytes()))
                .collect(Collectors.joining(" · "));
    }

    private void steps(List<Step> steps) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            boolean table = step.what().endsWith("table");
            row(
                    i == 0 ? "ahead" : "",
                    (table
                                    ? "at " + count(step.at()) + " keys the " + step.what() + " doubles: "
                                    : "at " + count(step.at()) + " elements the " + step.what() + " is left: ")
                            + (step.moreBytes() < 0 ? "-" : "+")
                            + bytes(Math.abs(step.moreBytes()))
                            + (step.transientBytes() > 0
                                    ? ", " + bytes(step.transientBytes()) + " more while it moves"
                                    : ""));
        }
    }

    private void room(SizeReport report) {
        SizeReport.Room room = report.room();
        boolean several = report.fleet().masters() > 1;
        String then =
                room.growth() > 1 ? ", when the data has grown to " + Amounts.plain(room.growth()) + " times" : "";
        row(
                "buy",
                style.bold("maxmemory " + bytes(room.maxmemoryBytes())) + ", machine of "
                        + style.bold(bytes(room.machineBytes())) + (several ? " for each master" : "") + then);
        for (Estimate.Part part : room.parts()) {
            line(String.format(Locale.ROOT, "    %-34s %10s", part.name(), bytes(part.bytes())));
        }
    }

    private void fleet(SizeReport report) {
        SizeReport.Fleet fleet = report.fleet();
        String machine = "machines of " + bytes(fleet.machineBytes());
        String needed = fleet.needed() == 0
                ? "no number of masters fits " + machine + "; a key or the system alone is larger"
                : fleet.needed() == 1
                        ? "one master fits a machine of " + bytes(fleet.machineBytes())
                        : fleet.needed() + " masters fit " + machine + ", " + bytes(fleet.neededMasterBytes())
                                + " each";
        row("shards", needed);
        if (fleet.masters() > 0) {
            row(
                    "",
                    "described: " + counted(fleet.masters(), "master") + " with " + counted(fleet.replicas(), "replica")
                            + " each, " + counted(fleet.machines(), "server") + ", some " + 16_384 / fleet.masters()
                            + " slots and "
                            + bytes(report.room().dataBytes()) + " of data on each master");
        } else if (fleet.replicas() > 0) {
            row("", fleet.machines() + " servers with the replicas, each of that size");
        }
        report.notes().forEach(note -> row("mind", Prose.clean(note)));
    }

    private void choices(SizeReport report) {
        for (int i = 0; i < report.choices().size(); i++) {
            SizeReport.Choice choice = report.choices().get(i);
            double change = 100 * (choice.ratio() - 1);
            row(
                    i == 0 ? "otherwise" : "",
                    String.format(Locale.ROOT, "%9s  %+6.1f %%  %s", bytes(choice.bytes()), change, choice.what()));
        }
    }

    private void doubts(SizeReport report) {
        for (int i = 0; i < report.doubts().size(); i++) {
            SizeReport.Doubt doubt = report.doubts().get(i);
            row(
                    i == 0 ? "hangs on" : "",
                    doubt.field() + ", assumed to be " + doubt.assumed() + ": with " + doubt.other() + " it takes "
                            + bytes(doubt.bytes()));
        }
    }

    private void verified(Verification verified) {
        row("verified", "on " + verified.server());
        for (Verification.Check check : verified.checks()) {
            line(String.format(
                    Locale.ROOT,
                    "    %-28s %14s %10s %10s  %+.2f %%%s",
                    Prose.clean(check.name()),
                    count(check.keys()) + " keys",
                    bytes(check.measuredBytes()),
                    bytes(check.modelBytes()),
                    100 * check.error(),
                    check.note().isEmpty() ? "" : "  (" + check.note() + ")"));
        }
        row("", "measured keys and values with modelled tables: " + style.bold(bytes(verified.totalBytes())));
    }

    private void figures(SizeReport report) {
        List<Figure> assumed = new ArrayList<>();
        for (Origin origin : List.of(Origin.ASKED, Origin.SEEN, Origin.DERIVED)) {
            List<Figure> some = report.figures().stream()
                    .filter(figure -> figure.origin() == origin)
                    .toList();
            if (!some.isEmpty()) {
                row(
                        origin.name().toLowerCase(Locale.ROOT),
                        some.stream()
                                .map(figure -> figure.name() + " " + shortened(figure.value())
                                        + (origin == Origin.DERIVED
                                                ? " (" + figure.from().replaceFirst("^= ", "") + ")"
                                                : ""))
                                .collect(Collectors.joining(" · ")));
            }
        }
        report.figures().stream()
                .filter(figure -> figure.origin() == Origin.ASSUMED)
                .forEach(assumed::add);
        if (!assumed.isEmpty()) {
            row(
                    "assumed",
                    assumed.stream()
                            .map(figure -> figure.name() + "=" + shortened(figure.value()))
                            .collect(Collectors.joining(" · ")));
            row("", "change with --set name=value, or edit what --yaml prints; everything else is modelled");
        }
    }

    private static String shortened(String value) {
        String clean = Prose.clean(value);
        return clean.length() <= LONGEST_VALUE ? clean : clean.substring(0, LONGEST_VALUE) + "...";
    }

    private static String counted(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    private static String bytes(double bytes) {
        return Amounts.bytes(bytes);
    }

    private static String count(long count) {
        return Amounts.count((double) count);
    }

    /** One labelled paragraph, wrapped, with a hanging indent. */
    private void row(String label, String content) {
        String begin = "  " + style.dim(label) + " ".repeat(Math.max(1, LABEL - 2 - label.length()));
        for (String part : wrapped(content)) {
            line(begin + part);
            begin = " ".repeat(LABEL);
        }
    }

    private List<String> wrapped(String content) {
        return content.contains("\u001b") || content.startsWith(" ")
                ? List.of(content)
                : Prose.wrapped(content, screen.width() - LABEL);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}
