package dev.keywright.expert.artifact;

import dev.keywright.expert.artifact.Answer.AlternativeLine;
import dev.keywright.expert.artifact.Answer.KeyLine;
import dev.keywright.expert.artifact.Answer.NeedAnswer;
import dev.keywright.expert.artifact.Answer.StepLine;
import dev.keywright.expert.artifact.Answer.WarningLine;
import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.workload.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answer in words, as Markdown that reads like something a careful consultant wrote. */
final class Page {

    private final StringBuilder page = new StringBuilder();

    private Page() {}

    static String of(Answer answer, Design design) {
        Page page = new Page();
        Kind kind = design.workload().kind();
        if (kind == Kind.REFUSAL) {
            answer.refusal().ifPresent(r -> page.line(r.reason() + " " + r.pointer()));
        } else if (kind == Kind.DESIGN) {
            page.design(answer, design);
        } else {
            page.counsel(answer, design);
        }
        return page.page.toString().replaceAll("\n{3,}", "\n\n").strip() + "\n";
    }

    private void design(Answer answer, Design design) {
        conflicts(answer);
        if (design.needs().isEmpty()) {
            counsel(answer, design);
        }
        for (int i = 0; i < design.needs().size(); i++) {
            need(answer.needs().get(i), design.needs().get(i));
        }
        server(answer);
        setUp(answer);
        remarks(answer);
    }

    private void conflicts(Answer answer) {
        List<WarningLine> conflicts = answer.warnings().stream()
                .filter(w -> w.severity().equals("conflict"))
                .toList();
        if (!conflicts.isEmpty()) {
            line("**These cannot both hold:**");
            line("");
            conflicts.forEach(w -> line("- " + w.statement() + " *" + w.fix() + "*"));
            line("");
        }
    }

    private void need(NeedAnswer need, NeedDesign design) {
        line("## " + need.title());
        line("");
        line(design.sheet().summary() + " That is `" + need.pattern() + "` on structure `" + need.structure() + "`."
                + need.why().stream()
                        .filter(why -> !why.text().equals(design.sheet().summary()))
                        .map(why -> " " + sentence(why.text()))
                        .collect(Collectors.joining()));
        line("");
        if (!need.keys().isEmpty()) {
            line("| key | type | lives | holds |");
            line("| --- | --- | --- | --- |");
            need.keys()
                    .forEach(key -> line("| `" + key.name() + "` | " + key.type() + " | " + life(key) + " | "
                            + key.holds().orElse("") + " |"));
            line("");
        }
        if (!need.commands().isEmpty()) {
            line("What your code sends, as if typed:");
            line("");
            line("```");
            need.commands().forEach(this::line);
            line("```");
            need.scriptCost().ifPresent(cost -> line("\nThe script, in one step on the server: " + cost + "."));
        }
        bullets("What you can rely on:", need.guarantees());
        bullets("What goes wrong when copied carelessly:", design.traps());
        bullets(
                "Why not otherwise:",
                need.alternatives().stream().map(Page::alternative).toList());
    }

    /** Reasons from figures are written without a capital and a full stop. */
    private static String sentence(String text) {
        String first = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return first.endsWith(".") ? first : first + ".";
    }

    private static String life(KeyLine key) {
        return key.ttlSeconds()
                .map(ttl -> "TTL " + ttl + " s" + (ttl < 180 ? "" : " (" + Amounts.seconds((double) ttl) + ")"))
                .orElse("no expiry" + key.why().map(why -> ": " + why).orElse(""));
    }

    private static String alternative(AlternativeLine other) {
        return other.pattern() + " on " + other.structure() + ": " + other.whyNot();
    }

    private void server(Answer answer) {
        if (answer.server().isEmpty()) {
            return;
        }
        Answer.Server server = answer.server().get();
        line("## The server");
        line("");
        line("Topology " + server.topology().orElse("") + ", persistence "
                + server.persistence().orElse("") + ", maxmemory-policy "
                + server.eviction().orElse("")
                + (server.maxmemoryBytes() > 0 ? ", maxmemory " + Amounts.bytes((double) server.maxmemoryBytes()) : "")
                + ".");
        server.why().forEach(why -> line("- " + why.text()));
        answer.memory()
                .ifPresent(m -> line("- Memory: about " + Amounts.bytes((double) m.totalBytes()) + " ("
                        + Amounts.bytes((double) m.lowBytes())
                        + " to " + Amounts.bytes((double) m.highBytes()) + "); a machine of "
                        + Amounts.bytes((double) m.machineBytes()) + ". "
                        + m.basis() + "."));
        line("");
    }

    private void setUp(Answer answer) {
        if (!answer.steps().isEmpty()) {
            line("Set it up:");
            line("");
            steps(answer.steps());
        }
    }

    private void remarks(Answer answer) {
        List<String> others = answer.warnings().stream()
                .filter(w -> !w.severity().equals("conflict"))
                .map(w -> w.statement() + " " + w.fix())
                .toList();
        bullets("Mind:", others);
        bullets("Tell me, and the design may change:", answer.understood().questions());
    }

    /** Questions and operations: the answer first, then why, then the caveat, then what to type. */
    private void counsel(Answer answer, Design design) {
        if (design.workload().kind() != Kind.DESIGN) {
            conflicts(answer);
        }
        Optional<Entry> best = design.entries().stream().findFirst();
        if (best.isEmpty()) {
            line("I know too little about this to answer it. Name the structure, the command or the error message, "
                    + "or say what has to be stored and how it is read.");
            return;
        }
        Entry entry = best.get();
        line(entry.answer());
        line("");
        entry.why().ifPresent(why -> line(why + "\n"));
        entry.caveat().ifPresent(caveat -> line("**Mind:** " + caveat + "\n"));
        if (!entry.commands().isEmpty()) {
            line("```");
            entry.commands()
                    .forEach(c ->
                            line(c.run() + c.note().map(note -> "   # " + note).orElse("")));
            line("```");
        }
        steps(answer.steps());
        design.entries().stream().skip(1).limit(2).forEach(this::beside);
    }

    /** Another entry in short, in one line, so that its commands are not taken for those of the answer. */
    private void beside(Entry other) {
        List<String> typed = Stream.concat(
                        other.commands().stream().map(Entry.Command::run),
                        other.steps().stream().map(Entry.Step::command).flatMap(Optional::stream))
                .map(command -> "`" + command.lines().findFirst().orElse("") + "`")
                .limit(5)
                .toList();
        line("See also — " + other.title() + ": " + other.answer()
                + (typed.isEmpty() ? "" : " What it types: " + String.join(", ", typed) + "."));
        line("");
    }

    private void steps(List<StepLine> steps) {
        for (int i = 0; i < steps.size(); i++) {
            StepLine step = steps.get(i);
            line((i + 1) + ". " + step.title());
            step.command().ifPresent(c -> line("   ```\n" + indent(c) + "\n   ```"));
            step.note().ifPresent(note -> line("   " + note));
        }
        line("");
    }

    private static String indent(String command) {
        return command.lines().map(line -> "   " + line).collect(Collectors.joining("\n"));
    }

    private void bullets(String title, List<String> items) {
        if (!items.isEmpty()) {
            line("");
            line(title);
            line("");
            items.forEach(item -> line("- " + item));
            line("");
        }
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
