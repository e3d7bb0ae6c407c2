package dev.keywright.expert.knowledge;

import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        Map<String, String> implies,
        List<String> see) {

    /** What to type, and a word on it. */
    public record Command(String run, Optional<String> note) {}

    /** One step of a runbook: what to type, what to look at, how to go back. */
    public record Step(String title, Optional<String> command, Optional<String> look, Optional<String> back) {}

    /** One line a test sends to a real server; {@code gives} or {@code fails} is what must come back. */
    public record Check(String run, Optional<String> gives, Optional<String> fails) {}

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
                node.node("implies").map(Node::asTexts).orElse(Map.of()),
                node.texts("see"));
        node.close();
        return entry;
    }

    private static Command command(Node node) {
        Command command = new Command(node.text("run"), node.optionalText("note"));
        node.close();
        return command;
    }

    private static Step step(Node node) {
        Step step = new Step(
                node.text("title"),
                node.optionalText("command"),
                node.optionalText("look"),
                node.optionalText("back"));
        node.close();
        return step;
    }

    private static Check check(Node node) {
        Check check = new Check(node.text("do"), node.optionalText("gives"), node.optionalText("fails"));
        node.close();
        return check;
    }
}
