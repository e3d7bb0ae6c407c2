package dev.keywright.app.cli;

import dev.keywright.ops.jobs.JobsReport;
import java.util.Locale;

/** Job queues for people. */
final class JobsPage {

    private final Sheet sheet;

    JobsPage(Sheet sheet) {
        this.sheet = sheet;
    }

    void show(JobsReport report) {
        sheet.line(
                sheet.style().bold(Prose.clean(report.target())) + sheet.style().dim("  " + queues(report)));
        report.queues().forEach(this::queue);
        sheet.findings(report.findings());
        sheet.notes(report.notes());
    }

    private static String queues(JobsReport report) {
        return switch (report.queues().size()) {
            case 0 -> "no job queue of Keywright's here";
            case 1 -> "1 job queue";
            default -> report.queues().size() + " job queues";
        };
    }

    private void queue(JobsReport.OfQueue queue) {
        sheet.line("");
        sheet.line(sheet.style().bold(Prose.clean(queue.name())) + (queue.paused() ? "  paused" : ""));
        JobsReport.Counts counts = queue.counts();
        sheet.line(String.format(
                Locale.ROOT,
                "  ready %,d   later %,d   active %,d   behind %,d   inbox %,d   done %,d   dead %,d",
                counts.ready(),
                counts.later(),
                counts.active(),
                counts.behind(),
                counts.inbox(),
                counts.done(),
                counts.dead()));
        sheet.line("  oldest ready " + (counts.ready() == 0 ? "-" : Sheet.time(queue.oldestSeconds()))
                + "   due late by " + (queue.overdueSeconds() == 0 ? "-" : Sheet.time(queue.overdueSeconds()))
                + "   workers asking "
                + queue.workers().map(String::valueOf).orElse("unknown"));
        JobsReport.Totals totals = queue.totals();
        sheet.line(sheet.style()
                .dim(String.format(
                        Locale.ROOT,
                        "  in all: enqueued %,d, taken %,d, done %,d, failed %,d, died %,d, lost %,d, late %,d,"
                                + " cancelled %,d",
                        totals.enqueued(),
                        totals.taken(),
                        totals.done(),
                        totals.failed(),
                        totals.died(),
                        totals.lost(),
                        totals.late(),
                        totals.cancelled())));
        queue.perSecond()
                .ifPresent(rates -> sheet.line(String.format(
                        Locale.ROOT,
                        "  each second: enqueued %,.1f, taken %,.1f, done %,.1f, failed %,.1f",
                        rates.enqueued(),
                        rates.taken(),
                        rates.done(),
                        rates.failed())));
        if (!queue.causes().isEmpty()) {
            sheet.line("  dead because of"
                    + (counts.dead() > queue.causesOf() ? " (the first " + Sheet.number(queue.causesOf()) + ")" : ""));
            queue.causes()
                    .forEach(cause -> sheet.line(
                            String.format(Locale.ROOT, "    %,6d  %s", cause.jobs(), Prose.clean(cause.text()))));
        }
        queue.schedules()
                .forEach(cron -> sheet.line("  schedule " + Prose.clean(cron.name()) + ", last served up to "
                        + Sheet.time(cron.lastSeconds()) + " ago"));
    }

    void show(JobsReport.Listing listing) {
        sheet.line(sheet.style().bold(Prose.clean(listing.queue())) + "  " + Sheet.number(listing.all()) + " "
                + listing.state()
                + (listing.all() > listing.jobs().size()
                        ? ", the first " + Sheet.number(listing.jobs().size()) + " are listed"
                        : ""));
        listing.jobs().forEach(this::brief);
    }

    private void brief(JobsReport.OfJob job) {
        sheet.line("  " + Prose.clean(job.id()) + "  " + Prose.clean(job.type()) + "  "
                + job.since().orElse(job.enqueued()) + "  attempt " + job.attempts() + "/" + job.maxAttempts());
        if (!job.failures().isEmpty()) {
            sheet.line(
                    sheet.style().dim("    " + firstLine(job.failures().get(0).cause())));
        }
    }

    private static String firstLine(String text) {
        return Prose.clean(text.lines().findFirst().orElse(""));
    }

    void show(JobsReport.OfJob job) {
        sheet.line(sheet.style().bold(Prose.clean(job.id())) + "  " + Prose.clean(job.type()) + ", " + job.state());
        job.key().ifPresent(key -> sheet.line("  key " + Prose.clean(key)));
        sheet.line("  enqueued " + job.enqueued());
        job.since().ifPresent(since -> sheet.line("  " + job.state() + " " + since));
        sheet.line("  attempt " + job.attempts() + " of " + job.maxAttempts());
        if (!job.progress().isEmpty()) {
            sheet.line("  progress " + Prose.clean(job.progress()));
        }
        job.failures()
                .forEach(failure -> sheet.line("  failed " + failure.at() + ", attempt " + failure.attempt() + ": "
                        + firstLine(failure.cause())));
    }
}
