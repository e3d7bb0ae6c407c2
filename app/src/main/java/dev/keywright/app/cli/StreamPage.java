package dev.keywright.app.cli;

import dev.keywright.ops.streams.StreamReport;
import java.util.Locale;
import java.util.Optional;

/** Streams for people. */
final class StreamPage {

    private static final int MOST_CONSUMERS = 8;

    private final Sheet sheet;

    StreamPage(Sheet sheet) {
        this.sheet = sheet;
    }

    void show(StreamReport report) {
        String many = switch (report.streams().size()) {
            case 0 -> "no stream here";
            case 1 -> "1 stream";
            default -> report.streams().size() + " streams";
        };
        sheet.line(
                sheet.style().bold(Prose.clean(report.target())) + sheet.style().dim("  " + many));
        report.streams().forEach(this::stream);
        sheet.findings(report.findings());
        sheet.notes(report.notes());
    }

    private void stream(StreamReport.OfStream stream) {
        sheet.line("");
        sheet.line(sheet.style().bold(Prose.clean(stream.key())) + "  " + Sheet.number(stream.length()) + " entries"
                + stream.added()
                        .map(added -> " of " + Sheet.number(added) + " ever appended")
                        .orElse("")
                + stream.memoryBytes().map(bytes -> ", " + bytes(bytes)).orElse("")
                + stream.perSecond()
                        .map(rate -> String.format(Locale.ROOT, ", %,.1f appended each second", rate))
                        .orElse(""));
        stream.firstId()
                .ifPresent(first -> sheet.line("  from " + first + ago(stream.firstAgeSeconds()) + " to "
                        + stream.lastId().orElse("") + ago(stream.lastAgeSeconds())));
        if (stream.groups().isEmpty()) {
            sheet.line("  no groups");
        }
        stream.groups().forEach(this::group);
    }

    private static String ago(Optional<Double> age) {
        return age.map(seconds -> " (" + Sheet.time(seconds) + " ago)").orElse("");
    }

    private void group(StreamReport.Group group) {
        sheet.line("  group " + sheet.style().bold(Prose.clean(group.name())) + "  lag "
                + group.lag().map(Sheet::number).orElse("unknown")
                + group.lagPerSecond()
                        .filter(rate -> rate != 0)
                        .map(rate -> String.format(Locale.ROOT, " (%+,.1f/s)", rate))
                        .orElse("")
                + ", pending " + Sheet.number(group.pending())
                + group.oldestPending()
                        .map(id -> ", the oldest " + id + ago(group.oldestPendingAgeSeconds()))
                        .orElse("")
                + (group.stuck() == 0
                        ? ""
                        : ", untouched " + Sheet.number(group.stuck()) + (group.stuckExact() ? "" : " or more")));
        group.consumers().stream().limit(MOST_CONSUMERS).forEach(consumer -> {
            String text = String.format(
                    Locale.ROOT,
                    "    %-24s pending %,d, idle %s%s",
                    Prose.clean(consumer.name()),
                    consumer.pending(),
                    Sheet.time(consumer.idleSeconds()),
                    consumer.dead() ? ", dead" : "");
            sheet.line(consumer.dead() && consumer.pending() > 0 ? sheet.style().red(text) : text);
        });
        if (group.consumers().size() > MOST_CONSUMERS) {
            sheet.line("    and " + (group.consumers().size() - MOST_CONSUMERS) + " more consumers");
        }
    }

    private static String bytes(long bytes) {
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / 1048576.0);
    }
}
