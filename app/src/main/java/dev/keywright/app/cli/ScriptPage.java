package dev.keywright.app.cli;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.lua.ScriptReport;
import dev.keywright.ops.lua.ScriptRun;
import dev.keywright.ops.lua.ScriptTrial;
import java.util.List;

/** The reports of {@code keywright script check} as a page. */
final class ScriptPage {

    private static final String INDENT = "    ";
    private static final int COMMANDS = 12;

    private final Style style;
    private final int width;
    private final StringBuilder page = new StringBuilder();

    private ScriptPage(Screen screen) {
        this.style = screen.style();
        this.width = screen.width() - INDENT.length();
    }

    static String report(List<ScriptReport> scripts, Screen screen) {
        ScriptPage page = new ScriptPage(screen);
        scripts.forEach(page::script);
        if (scripts.size() > 1) {
            long failed = scripts.stream().filter(ScriptReport::hasErrors).count();
            page.line(scripts.size() + " scripts, " + (failed == 0 ? "none" : failed) + " with errors.");
        }
        return page.page.toString();
    }

    private void script(ScriptReport script) {
        line(style.bold(Prose.clean(script.source()))
                + script.version()
                        .map(version -> style.dim("  version " + Prose.clean(version)))
                        .orElse(""));
        script.findings().forEach(this::finding);
        script.run().ifPresent(this::run);
        script.trial().ifPresent(this::trial);
        line("  "
                + (script.findings().isEmpty()
                        ? "Nothing found."
                        : count(script, Severity.ERROR, "error") + ", " + count(script, Severity.WARNING, "warning")
                                + ", " + script.count(Severity.INFO) + " worth knowing."));
        line("");
    }

    private static String count(ScriptReport script, Severity severity, String word) {
        long count = script.count(severity);
        return count + " " + word + (count == 1 ? "" : "s");
    }

    private void finding(Finding finding) {
        String severity = word(finding.severity());
        String number =
                finding.place().line().map(line -> "line " + line + "  ").orElse("");
        line("  " + (finding.severity() == Severity.ERROR ? style.red(severity) : style.bold(severity)) + "  " + number
                + style.dim(finding.id()));
        Prose.wrapped(Prose.clean(finding.what() + " " + finding.why()), width).forEach(each -> line(INDENT + each));
        Prose.wrapped(Prose.clean("-> " + finding.fix()), width).forEach(each -> line(INDENT + style.code(each)));
    }

    private static String word(Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case INFO -> "worth knowing";
        };
    }

    private void run(ScriptRun run) {
        String call = "KEYS " + String.join(" ", run.keys()) + " ARGV " + String.join(" ", run.arguments());
        line("  Run with " + Prose.clean(call));
        line(INDENT + "answers " + Prose.clean(run.reply()) + style.dim("  in " + run.micros() + " us on the server"));
        run.commands().stream().limit(COMMANDS).forEach(command -> line(INDENT + style.code(Prose.clean(command))));
        if (run.commands().size() > COMMANDS) {
            line(INDENT + style.dim("and " + (run.commands().size() - COMMANDS) + " more commands"));
        }
    }

    private void trial(ScriptTrial trial) {
        line("  Tried with edge values: " + trial.calls() + " calls, " + trial.refused() + " refused by the script, "
                + trial.crashed() + " ended by an error it did not mean.");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
