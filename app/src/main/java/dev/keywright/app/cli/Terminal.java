package dev.keywright.app.cli;

import dev.keywright.app.operation.Solve;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.artifact.Answer.MeasuredLine;
import dev.keywright.expert.artifact.Answer.NeedAnswer;
import dev.keywright.expert.artifact.Answer.WarningLine;
import dev.keywright.expert.design.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The answer on about one screen: what was understood, conflicts, the design, why, the figures, what to do next. */
final class Terminal {

    private static final int WIDTH = 100;
    private static final int MARGIN = 15;

    private final StringBuilder screen = new StringBuilder();
    private final Style style;

    private Terminal(Style style) {
        this.style = style;
    }

    static String render(Solve.Result result, Style style) {
        Terminal terminal = new Terminal(style);
        Answer answer = result.answer();
        switch (answer.kind()) {
            case "refusal" -> terminal.refusal(answer);
            case "design" -> terminal.design(result);
            default -> terminal.words(result);
        }
        return terminal.screen.toString();
    }

    private void refusal(Answer answer) {
        answer.refusal().ifPresent(r -> {
            row("refused", r.reason());
            row("instead", r.pointer());
        });
    }

    private void words(Solve.Result result) {
        conflicts(result.answer());
        screen.append(result.answer().answer()).append('\n');
        written(result);
    }

    private void design(Solve.Result result) {
        Answer answer = result.answer();
        understood(answer);
        conflicts(answer);
        answer.needs().forEach(this::need);
        server(answer);
        answer.warnings().stream()
                .filter(w -> !w.severity().equals("conflict"))
                .forEach(w -> row("mind", w.statement() + " " + w.fix()));
        if (!answer.understood().questions().isEmpty()) {
            row("ask yourself", String.join(" · ", answer.understood().questions()));
        }
        if (answer.needs().isEmpty()) {
            screen.append('\n').append(answer.answer());
        }
        written(result);
    }

    private void understood(Answer answer) {
        screen.append('\n').append("  ").append(style.bold(headline(answer))).append("\n\n");
        Map<String, Double> quantities = answer.understood().quantities();
        row(
                "understood",
                quantities.isEmpty()
                        ? "no figures in your words"
                        : quantities.entrySet().stream().map(q -> amount(q.getKey(), q.getValue())).collect(Collectors.joining(" · ")));
        String assumed = answer.understood().assumptions().stream()
                .map(a -> amount(a.name(), a.value()) + " (" + a.change() + ")")
                .collect(Collectors.joining(" · "));
        if (!assumed.isEmpty()) {
            row("assumed", assumed);
        }
    }

    private static String headline(Answer answer) {
        return answer.needs().stream().map(NeedAnswer::title).collect(Collectors.joining(" + "));
    }

    private void conflicts(Answer answer) {
        List<WarningLine> conflicts = answer.warnings().stream()
                .filter(w -> w.severity().equals("conflict"))
                .toList();
        if (conflicts.isEmpty() && answer.kind().equals("design")) {
            row("conflicts", "none");
        }
        conflicts.forEach(w -> {
            row(style.red("conflict"), "conflict", w.statement());
            row("", w.fix());
        });
        screen.append('\n');
    }

    private void need(NeedAnswer need) {
        row("design", style.bold(need.pattern()) + " on " + need.structure() + script(need));
        need.keys().forEach(key -> row(
                "  key",
                String.format(
                        Locale.ROOT,
                        "%-28s %-7s %s",
                        key.name(),
                        key.type(),
                        key.ttlSeconds().map(ttl -> "TTL " + Amounts.seconds(ttl)).orElse("no expiry"))));
        for (int i = 0; i < need.commands().size(); i++) {
            row(i == 0 ? "  commands" : "", need.commands().get(i));
        }
        need.guarantees().stream().limit(3).forEach(promise -> row("  promises", promise));
        measured(need);
        for (int i = 1; i < need.why().size(); i++) {
            row("  why", need.why().get(i).text() + " [" + need.why().get(i).rule() + "]");
        }
        screen.append('\n');
    }

    private static String script(NeedAnswer need) {
        return need.script().map(script -> ", " + script).orElse("");
    }

    private void measured(NeedAnswer need) {
        List<MeasuredLine> lines = new ArrayList<>();
        need.measured().ifPresent(lines::add);
        need.alternatives().forEach(other -> other.measured().ifPresent(lines::add));
        if (!lines.isEmpty()) {
            row("  measured", lines.get(0).server() + ", " + Amounts.count(lines.get(0).items()) + " items");
            row("", String.format(Locale.ROOT, "%-30s %12s %12s %9s %9s", "", "bytes/item", "ops/s", "p50 ms", "p99 ms"));
            for (int i = 0; i < lines.size(); i++) {
                MeasuredLine m = lines.get(i);
                boolean chosen = i == 0 && need.measured().isPresent();
                row(
                        "",
                        String.format(
                                Locale.ROOT,
                                "%s %-28s %12s %,12.0f %9.2f %9.2f",
                                chosen ? ">" : " ",
                                m.candidate(),
                                Amounts.plain(Math.round(m.bytesPerItem())),
                                m.opsPerSecond(),
                                m.p50Ms(),
                                m.p99Ms()));
            }
        }
        need.alternatives().forEach(other -> row("  not", other.pattern() + " on " + other.structure() + ": " + other.whyNot()));
    }

    private void server(Answer answer) {
        answer.server().ifPresent(server -> {
            String maxmemory = server.maxmemoryBytes() > 0 ? "maxmemory " + Amounts.bytes(server.maxmemoryBytes()) + " · " : "";
            row("server", maxmemory + server.eviction() + " · persistence " + server.persistence() + " · " + server.topology());
            server.why().forEach(why -> row("", why.text() + " [" + why.rule() + "]"));
        });
        answer.memory()
                .ifPresent(m -> row(
                        "memory",
                        "about " + Amounts.bytes(m.totalBytes()) + " (" + Amounts.bytes(m.lowBytes()) + " to "
                                + Amounts.bytes(m.highBytes()) + "), machine " + Amounts.bytes(m.machineBytes()) + "; " + m.basis()));
    }

    private void written(Solve.Result result) {
        result.folder().ifPresent(folder -> {
            screen.append('\n');
            row("written", folder + "   " + String.join(" ", result.answer().artifacts()));
            result.next().ifPresent(next -> row("next", next));
        });
        result.checks().stream().filter(check -> !check.held()).forEach(check -> row("failed", check.what() + ": " + check.detail()));
    }

    private static String amount(String name, double value) {
        if (name.endsWith("_bytes")) {
            return name.replace("_bytes", "").replace('_', ' ') + " " + Amounts.bytes(value);
        }
        if (name.endsWith("_seconds")) {
            return name.replace("_seconds", "").replace('_', ' ') + " " + Amounts.seconds(value);
        }
        return name.replace('_', ' ') + " " + Amounts.count(value);
    }

    private void row(String label, String text) {
        row(style.dim(label), label, text);
    }

    /** One labelled paragraph, wrapped, with a hanging indent. */
    private void row(String painted, String label, String text) {
        String indent = " ".repeat(MARGIN);
        String pad = " ".repeat(Math.max(1, MARGIN - 2 - label.length()));
        boolean first = true;
        for (String line : wrap(text, WIDTH - MARGIN)) {
            screen.append(first ? "  " + painted + pad : indent).append(line).append('\n');
            first = false;
        }
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            String rest = paragraph.stripTrailing();
            while (rest.length() > width) {
                int cut = rest.lastIndexOf(' ', width);
                if (cut <= 0) {
                    break;
                }
                lines.add(rest.substring(0, cut).stripTrailing());
                rest = rest.substring(cut + 1);
            }
            lines.add(rest);
        }
        return Optional.of(lines).filter(l -> !l.isEmpty()).orElse(List.of(""));
    }
}
