package dev.keywright.expert.knowledge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One thing the expert knows: a fact, an answer to a question, an error message explained, or a runbook. */
public record Entry(
        String id,
        String subject,
        String title,
        List<String> asks,
        List<String> terms,
        List<String> errors,
        String answer,
        Optional<String> why,
        Optional<String> caveat,
        List<Command> commands,
        List<Step> steps,
        Optional<String> pattern,
        Optional<String> since,
        Optional<String> until,
        String source,
        List<Check> checks,
        String checkOn,
        List<Implication> implies,
        List<String> see) {

    private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+)\\|([^{}|]*)\\}");

    /** What to type, and a word on it. */
    public record Command(String run, Optional<String> note) {}

    /** One step of a runbook: what to type, what to look at, how to go back. */
    public record Step(String title, Optional<String> command, Optional<String> look, Optional<String> back) {}

    /** One line a test sends to a real server; {@code gives} or {@code fails} is what must come back. */
    public record Check(String run, Optional<String> gives, Optional<String> fails) {}

    /**
     * What an answer to a question about a choice chooses.
     *
     * @param when traits of which one must hold; empty when it always does
     * @param choices the choice (eviction, persistence, topology, structure, pattern) and what is chosen
     */
    public record Implication(List<String> when, Map<String, String> choices) {}

    /** What is chosen where these traits hold: the first implication that fits and names the choice decides. */
    public Optional<String> implied(String choice, Set<String> traits) {
        return implies.stream()
                .filter(implication -> implication.when().isEmpty()
                        || implication.when().stream().anyMatch(traits::contains))
                .map(implication -> implication.choices().get(choice))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** The same with {@code {name|otherwise}} in the answer, commands and steps replaced by what {@code values} says, or otherwise. */
    public Entry filled(Map<String, String> values) {
        UnaryOperator<String> fill = text -> PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), place.group(2))));
        return new Entry(
                id,
                subject,
                title,
                asks,
                terms,
                errors,
                fill.apply(answer),
                why,
                caveat,
                commands.stream()
                        .map(command -> new Command(fill.apply(command.run()), command.note()))
                        .toList(),
                steps.stream()
                        .map(step -> new Step(
                                step.title(),
                                step.command().map(fill),
                                step.look().map(fill),
                                step.back().map(fill)))
                        .toList(),
                pattern,
                since,
                until,
                source,
                checks,
                checkOn,
                implies,
                see);
    }

    public boolean isRunbook() {
        return !steps.isEmpty() && errors.isEmpty();
    }

    static Entry read(String subject, Node node) {
        Entry entry = new Entry(
                node.text("id"),
                subject,
                node.text("title"),
                node.texts("asks"),
                node.texts("terms"),
                node.texts("error"),
                node.text("answer"),
                node.optionalText("why"),
                node.optionalText("caveat"),
                node.nodes("commands").stream().map(Entry::command).toList(),
                node.nodes("steps").stream().map(Entry::step).toList(),
                node.optionalText("pattern"),
                node.optionalText("since"),
                node.optionalText("until"),
                node.text("source"),
                node.nodes("check").stream().map(Entry::check).toList(),
                node.textOr("check-on", "standalone"),
                implies(node),
                node.texts("see"));
        node.close();
        return entry;
    }

    private static List<Implication> implies(Node node) {
        if (node.isMapping("implies")) {
            return node.node("implies").stream().map(Entry::implication).toList();
        }
        return node.nodes("implies").stream().map(Entry::implication).toList();
    }

    private static Implication implication(Node node) {
        Map<String, String> choices = new LinkedHashMap<>();
        for (String choice : List.of("eviction", "persistence", "topology", "structure", "pattern")) {
            node.optionalText(choice).ifPresent(chosen -> choices.put(choice, chosen));
        }
        Implication implication = new Implication(node.texts("when"), choices);
        node.close();
        return implication;
    }

    private static Command command(Node node) {
        Command command = new Command(node.text("run"), node.optionalText("note"));
        node.close();
        return command;
    }

    private static Step step(Node node) {
        Step step = new Step(
                node.text("title"), node.optionalText("command"), node.optionalText("look"), node.optionalText("back"));
        node.close();
        return step;
    }

    private static Check check(Node node) {
        Check check = new Check(node.text("do"), node.optionalText("gives"), node.optionalText("fails"));
        node.close();
        return check;
    }
}
