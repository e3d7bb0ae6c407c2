package dev.keywright.app.cli;

import dev.keywright.app.operation.Solve;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.artifact.Answer.AlternativeLine;
import dev.keywright.expert.artifact.Answer.FactLine;
import dev.keywright.expert.artifact.Answer.KeyLine;
import dev.keywright.expert.artifact.Answer.MeasuredLine;
import dev.keywright.expert.artifact.Answer.NeedAnswer;
import dev.keywright.expert.artifact.Answer.WarningLine;
import dev.keywright.expert.artifact.Answer.WhyLine;
import dev.keywright.expert.design.Amounts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answer on about one screen: what was understood, conflicts, the design, why, the figures, what to do next. One thread. */
final class Terminal {

    private static final int MARGIN = 15;
    private static final int PROSE = 92;

    /** The page quotes neighbouring entries in full; on a screen their titles must do. */
    private static final Pattern SEE_ALSO = Pattern.compile("^See also — (.+?): .*$", Pattern.MULTILINE);

    private final StringBuilder text = new StringBuilder();
    private final Screen screen;
    private final Style style;

    private Terminal(Screen screen) {
        this.screen = screen;
        this.style = screen.style();
    }

    static String render(Solve.Result result, Screen screen) {
        Terminal terminal = new Terminal(screen);
        Answer answer = result.answer();
        terminal.blank();
        if (answer.refusal().isPresent()) {
            terminal.refusal(answer.refusal().get());
        } else if (answer.kind().equals("design") && !answer.needs().isEmpty()) {
            terminal.design(answer);
        } else {
            terminal.words(answer);
        }
        terminal.proved(result);
        terminal.blank();
        return terminal.text.toString();
    }

    private void refusal(Answer.RefusalLine refusal) {
        row("refused", refusal.reason());
        row("instead", refusal.pointer());
    }

    /** Questions and operations: the page itself, which begins with the answer. */
    private void words(Answer answer) {
        String page = SEE_ALSO.matcher(answer.answer()).replaceAll("");
        Markdown.lines(page, Math.min(PROSE, screen.width() - 2), style)
                .forEach(line -> line(line.isEmpty() ? "" : "  " + line));
        List<String> others = SEE_ALSO.matcher(answer.answer())
                .results()
                .map(found -> found.group(1))
                .toList();
        if (!others.isEmpty()) {
            blank();
            row("see also", String.join(" · ", others));
        }
    }

    private void design(Answer answer) {
        line("  " + style.bold(Prose.clean(headline(answer))));
        blank();
        row("understood", understood(answer));
        row("assumed", assumed(answer));
        conflicts(answer);
        answer.needs().stream().limit(1).forEach(this::main);
        answer.needs().stream().skip(1).forEach(this::further);
        blank();
        answer.needs().stream().limit(1).forEach(this::why);
        server(answer);
        remarks(answer);
    }

    private static String headline(Answer answer) {
        return answer.needs().stream().map(NeedAnswer::title).distinct().collect(Collectors.joining(" + "));
    }

    private static String understood(Answer answer) {
        Map<String, Double> quantities = answer.understood().quantities();
        if (quantities.isEmpty()) {
            return "no figures in your words";
        }
        return quantities.entrySet().stream()
                .map(q -> amount(q.getKey(), q.getValue()) + origin(answer, q.getKey()))
                .collect(Collectors.joining(" · "));
    }

    private static String origin(Answer answer, String name) {
        return answer.understood().facts().stream()
                .filter(fact -> fact.name().equals(name))
                .findFirst()
                .filter(fact -> fact.origin().equals("derived"))
                .map(FactLine::from)
                .map(from -> " (from \"" + from.replaceAll("\\s+", " ") + "\")")
                .orElse("");
    }

    private static String assumed(Answer answer) {
        return answer.understood().assumptions().stream()
                .map(a -> amount(a.name(), a.value()) + " (" + a.change() + ")")
                .collect(Collectors.joining(" · "));
    }

    private void conflicts(Answer answer) {
        List<WarningLine> conflicts = answer.warnings().stream()
                .filter(w -> w.severity().equals("conflict"))
                .toList();
        if (conflicts.isEmpty()) {
            row("conflicts", "none");
        }
        for (WarningLine conflict : conflicts) {
            blank();
            row("conflict", style.red("conflict"), conflict.statement());
            row("", conflict.fix());
        }
    }

    private void main(NeedAnswer need) {
        need(need, "design");
        commands(need, 4);
        rows("  promises", need.guarantees(), 3);
        measured(need);
    }

    private void further(NeedAnswer need) {
        need(need, "and");
        commands(need, 2);
        measured(need);
    }

    private void need(NeedAnswer need, String label) {
        blank();
        String script = need.script().map(name -> ", script " + name).orElse("");
        row(label, "**" + need.pattern() + "** on a " + need.structure() + script);
        int widest =
                need.keys().stream().mapToInt(key -> key.name().length()).max().orElse(0);
        String form = "%-" + Math.max(1, Math.min(widest, 36)) + "s   %-11s %s";
        group(
                "  key",
                need.keys().stream()
                        .map(key -> String.format(Locale.ROOT, form, key.name(), key.type(), life(key)))
                        .toList());
    }

    private static String life(KeyLine key) {
        return key.ttlSeconds()
                .map(ttl -> "TTL " + Amounts.seconds((double) ttl))
                .orElse("no expiry");
    }

    private void commands(NeedAnswer need, int most) {
        List<String> shown =
                new ArrayList<>(need.commands().stream().limit(most).toList());
        if (need.commands().size() > most) {
            shown.add("... " + (need.commands().size() - most) + " more in README.md");
        }
        group("  commands", shown);
        need.scriptCost().ifPresent(cost -> group("  script", List.of(cost)));
    }

    private void measured(NeedAnswer need) {
        List<MeasuredLine> all = new ArrayList<>();
        need.measured().ifPresent(all::add);
        need.alternatives().forEach(other -> other.measured().ifPresent(all::add));
        if (all.isEmpty()) {
            return;
        }
        blank();
        row(
                "measured",
                all.get(0).server() + ", " + Amounts.count((double) all.get(0).items()) + " items");
        line(style.dim(
                String.format(Locale.ROOT, "    %-34s %12s %12s %10s %10s", "", "bytes/item", "ops/s", "p50", "p99")));
        for (int i = 0; i < all.size(); i++) {
            MeasuredLine m = all.get(i);
            boolean chosen = i == 0 && need.measured().isPresent();
            String figures = String.format(
                    Locale.ROOT,
                    "  %s %-34s %12s %,12.0f %10s %10s",
                    chosen ? ">" : " ",
                    Prose.clean(m.candidate()),
                    Amounts.plain(Math.rint(m.bytesPerItem())),
                    m.opsPerSecond(),
                    millis(m.p50Ms()),
                    millis(m.p99Ms()));
            line(chosen ? style.bold(figures) : figures);
        }
        blank();
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.2f ms", millis);
    }

    private void why(NeedAnswer need) {
        rows("why", need.why().stream().map(Terminal::reason).toList(), 4);
        List<String> others =
                need.alternatives().stream().map(Terminal::alternative).toList();
        rows("not", others, 3);
    }

    private static String reason(WhyLine why) {
        return why.text() + " [" + why.rule() + "]";
    }

    private static String alternative(AlternativeLine other) {
        return other.pattern() + " on a " + other.structure() + ": " + other.whyNot();
    }

    private void server(Answer answer) {
        answer.server().ifPresent(server -> {
            List<String> parts = new ArrayList<>();
            if (server.maxmemoryBytes() > 0) {
                parts.add("maxmemory " + bytes(server.maxmemoryBytes()));
            }
            server.eviction().ifPresent(parts::add);
            server.persistence().ifPresent(id -> parts.add(id.equals("none") ? "no persistence" : "persistence " + id));
            server.topology().ifPresent(parts::add);
            row("server", String.join(" · ", parts));
            server.why().stream().limit(3).forEach(why -> row("", reason(why)));
        });
        answer.memory().ifPresent(m -> row("memory", memory(m)));
    }

    private static String memory(Answer.Memory memory) {
        return "about " + bytes(memory.totalBytes()) + " (" + bytes(memory.lowBytes()) + " to "
                + bytes(memory.highBytes()) + ") on a machine of " + bytes(memory.machineBytes()) + "; "
                + memory.basis();
    }

    private void remarks(Answer answer) {
        List<String> remarks = answer.warnings().stream()
                .filter(w -> !w.severity().equals("conflict"))
                .sorted((a, b) -> a.severity().compareTo(b.severity())) // caution before info
                .map(w -> w.statement() + " " + w.fix())
                .toList();
        rows("mind", remarks, 3);
        rows("open", answer.understood().questions(), 3);
    }

    private void proved(Solve.Result result) {
        result.folder().ifPresent(folder -> {
            blank();
            row("proved", verdicts(result, true).collect(Collectors.joining(" · ")));
            verdicts(result, false).forEach(failed -> row("failed", style.red("failed"), failed));
            row("written", folder + "   " + String.join(" ", top(result.answer().artifacts())));
            result.next().ifPresent(next -> group("next", List.of(next)));
        });
    }

    /** What was tried, in a few words; of what failed also how. */
    private static Stream<String> verdicts(Solve.Result result, boolean held) {
        return result.checks().stream()
                .filter(check -> check.held() == held)
                .map(check -> held || check.detail().isBlank() ? check.what() : check.what() + ": " + check.detail());
    }

    /** Files and folders at the top of the output. */
    private static List<String> top(List<String> artifacts) {
        return artifacts.stream()
                .map(path -> path.replaceFirst("/.*", "/"))
                .distinct()
                .toList();
    }

    private static String amount(String name, double value) {
        for (String ending :
                List.of("_bytes", "_seconds", "_per_second", "_ms", "_percent", "_m", "_n", "_avg", "_max")) {
            if (name.endsWith(ending)) {
                return name.substring(0, name.length() - ending.length()).replace('_', ' ') + " "
                        + ending(ending, value);
            }
        }
        return name.replace('_', ' ') + " " + (name.equals("percent") ? percent(value) : Amounts.count(value));
    }

    private static String ending(String ending, double value) {
        return switch (ending) {
            case "_bytes" -> Amounts.bytes(value);
            case "_seconds" -> Amounts.seconds(value);
            case "_per_second" -> Amounts.plain(value) + "/s";
            case "_ms" -> Amounts.plain(value) + " ms";
            case "_percent" -> percent(value);
            case "_m" -> value >= 1000 ? Amounts.plain(value / 1000) + " km" : Amounts.plain(value) + " m";
            case "_avg" -> Amounts.count(value) + " on average";
            case "_max" -> Amounts.count(value) + " at most";
            default -> Amounts.count(value);
        };
    }

    private static String bytes(long bytes) {
        return Amounts.bytes((double) bytes);
    }

    /** All digits: 99.95 % is not 100 %. */
    private static String percent(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString() + " %";
    }

    private void rows(String label, List<String> texts, int most) {
        for (int i = 0; i < Math.min(most, texts.size()); i++) {
            row(i == 0 ? label : "", texts.get(i));
        }
    }

    /** Lines that stay whole, so that they can be copied. */
    private void group(String label, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            line((i == 0 ? head(label, style.dim(label)) : " ".repeat(MARGIN)) + Prose.clean(lines.get(i)));
        }
    }

    private void row(String label, String content) {
        row(label, style.dim(label), content);
    }

    /** One labelled paragraph, wrapped, with a hanging indent. Nothing where there is nothing to say. */
    private void row(String label, String painted, String content) {
        if (content.isBlank()) {
            return;
        }
        String begin = head(label, painted);
        for (String line : Prose.wrapped(Prose.marked(Prose.clean(content)), screen.width() - MARGIN)) {
            line(begin + Prose.painted(line, style));
            begin = " ".repeat(MARGIN);
        }
    }

    private static String head(String label, String painted) {
        return "  " + painted + " ".repeat(Math.max(1, MARGIN - 2 - label.length()));
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private void blank() {
        if (text.length() == 0
                || !text.substring(Math.max(0, text.length() - 2)).equals("\n\n")) {
            text.append('\n');
        }
    }
}
