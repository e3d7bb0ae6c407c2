package dev.keywright.app.cli;

import dev.keywright.ops.optimize.Application;
import dev.keywright.ops.optimize.Plan;
import dev.keywright.ops.optimize.Plan.Remodelling;
import dev.keywright.ops.optimize.Plan.Trialled;
import java.util.List;
import java.util.Locale;

/** What was tried on a copy, as a page of text. */
final class OptimizePage {

    private static final double MEGA = 1e6;
    private static final double PERCENT = 100;

    private final StringBuilder page = new StringBuilder();
    private final Style style;
    private final int width;

    private OptimizePage(Style style, int width) {
        this.style = style;
        this.width = width;
    }

    static String plan(Plan plan, Screen screen) {
        OptimizePage page = new OptimizePage(screen.style(), screen.width());
        page.head(plan);
        page.trials(plan.trials());
        page.remodellings(plan.remodellings());
        page.best(plan);
        page.notes(plan.notes());
        return page.page.toString();
    }

    static String applied(Application.Result result, Screen screen) {
        OptimizePage page = new OptimizePage(screen.style(), screen.width());
        page.outcome(result);
        page.notes(result.notes());
        return page.page.toString();
    }

    private void head(Plan plan) {
        line(style.bold("what if") + "  " + Prose.clean(plan.source()) + ", tried on " + plan.server());
        line(text(
                "  %,d keys%s, %s of data; loads in %.1f s",
                plan.sample().keys(),
                plan.sample().ratio() < 1
                        ? text(
                                " (a sample of %.3g %%; savings are scaled)",
                                PERCENT * plan.sample().ratio())
                        : "",
                bytes(plan.base().usedBytes()),
                plan.base().loadSeconds()));
    }

    private void trials(List<Trialled> trials) {
        if (trials.isEmpty()) {
            return;
        }
        line("");
        line(style.bold("settings") + "  on the values that change; * no other saves as much for less");
        line(style.dim("      saves           values  server us      median us     p99 us"));
        for (Trialled trial : trials) {
            line(text(
                    "  %s %9s %5.1f %% %8d  %5.2f > %5.2f  %5.0f > %5.0f  %5.0f > %5.0f",
                    trial.front() ? "*" : " ",
                    bytes(trial.savedBytes()),
                    PERCENT * trial.savedRatio(),
                    trial.changedKeys(),
                    trial.changed().baseServerMicros(),
                    trial.changed().serverMicros(),
                    trial.changed().basePercentile50Micros(),
                    trial.changed().percentile50Micros(),
                    trial.changed().basePercentile99Micros(),
                    trial.changed().percentile99Micros()));
            String range = trial.lowBytes() == trial.highBytes()
                    ? ""
                    : " (" + bytes(trial.lowBytes()) + " to " + bytes(trial.highBytes()) + ")";
            wrapped("      ", style.code(trial.name()) + range + ": " + trial.verdict());
            if (trial.settings().size() == 1) {
                wrapped("      ", trial.risk());
                trial.settings()
                        .forEach((name, value) -> line("      " + style.code("CONFIG SET " + name + " " + value)));
            }
        }
    }

    private void remodellings(List<Remodelling> remodellings) {
        if (remodellings.isEmpty()) {
            return;
        }
        line("");
        line(style.bold("other ways to store") + "  measured on a sample, never applied by itself");
        for (Remodelling each : remodellings) {
            line(text(
                    "    %9s  %s for %s: %.0f > %.0f bytes per key, %,d keys (%,d measured); server us %.2f > %.2f",
                    bytes(each.savedBytes()),
                    each.kind(),
                    Prose.clean(each.pattern()),
                    each.bytesPerKey(),
                    each.newBytesPerKey(),
                    each.keys(),
                    each.sampleKeys(),
                    each.price().baseServerMicros(),
                    each.price().serverMicros()));
            wrapped("      ", Prose.clean(each.example()));
            wrapped("      ", each.forbids());
        }
    }

    private void best(Plan plan) {
        line("");
        if (plan.best().isEmpty()) {
            line(style.bold("best") + "  leave the settings as they are");
            return;
        }
        Plan.Best best = plan.best().orElseThrow();
        line(style.bold("best") + "  saves " + bytes(best.savedBytes())
                + text(" (%.1f %%)", PERCENT * best.savedRatio()));
        best.commands().forEach(command -> line("    " + style.code(command)));
        wrapped("  ", best.how());
    }

    private void outcome(Application.Result result) {
        if (result.rolledBack().isPresent()) {
            wrapped("", style.red("put back") + "  " + result.rolledBack().orElse(""));
        } else {
            line(style.bold("applied") + "  saved " + bytes(result.savedBytes()) + " of the promised "
                    + bytes(result.promisedBytes())
                    + (result.resumed() ? ", of which an earlier run may have saved a part" : ""));
        }
        line(text(
                "  %,d keys looked at, %,d values written anew, %,d left for their size, in %.1f s",
                result.lookedAt(), result.rewritten(), result.tooLarge(), result.seconds()));
        line(text("  answers of others came within %.1f ms nine times of ten, at worst", result.slowest()));
        account(result, result.account());
    }

    private void account(Application.Result result, Application.Account account) {
        if (account.planned() > 0 && account.planned() != account.before()) {
            line(text("  used_memory when the plan was made: %,d", account.planned()));
        }
        line(text(
                "  used_memory: %,d before, %,d after, %,d less",
                account.before(), account.after(), account.before() - account.after()));
        line(text(
                "    of it values %,d less, replication backlog %,d more, statistics %,d more, buffers %,d more",
                result.savedBytes(), account.backlogBytes(), account.statisticsBytes(), account.restBytes()));
    }

    private void notes(List<String> notes) {
        notes.forEach(note -> wrapped("  ", Prose.clean(note)));
    }

    private void wrapped(String indent, String text) {
        Prose.wrapped(text, width - indent.length()).forEach(each -> line(indent + each));
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private static String bytes(long bytes) {
        return Math.abs(bytes) < MEGA / 10
                ? text("%.1f kB", bytes / 1e3)
                : text(Math.abs(bytes) < 100 * MEGA ? "%.2f MB" : "%.0f MB", bytes / MEGA);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
