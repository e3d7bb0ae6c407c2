package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.expert.evidence.Fill.Turn;
import dev.keywright.expert.evidence.Fill.Varies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One line of what a candidate loads or drives: a command, or several joined by {@code " ; "} that travel in one flush.
 * A script is written {@code EVAL name.lua KEYS... | ARGV...}. Immutable, any number of threads.
 */
final class Operation {

    /**
     * One command.
     *
     * @param words all words; of a script without EVAL and the name
     * @param keys which of them are keys
     * @param script file name, when it is a script
     */
    private record Step(List<Text> words, List<Integer> keys, Optional<String> script) {}

    private final String line;
    private final List<Step> steps;

    private Operation(String line, List<Step> steps) {
        this.line = line;
        this.steps = steps;
    }

    /** @throws CandidateFailure when the line is none that may be sent */
    static Operation parse(String line, Fill fill) {
        return parse(line, fill, UnaryOperator.identity());
    }

    /**
     * @param tag makes of a key as it is written the key as it is sent
     * @throws CandidateFailure when the line is none that may be sent
     */
    static Operation parse(String line, Fill fill, UnaryOperator<String> tag) {
        List<Step> steps =
                Stream.of(line.split(" ; ")).map(one -> step(one, fill, tag)).toList();
        return new Operation(line, steps);
    }

    private static Step step(String command, Fill fill, UnaryOperator<String> tag) {
        List<String> words = Arrays.asList(command.strip().split("\\s+"));
        return words.get(0).equals("EVAL") ? script(command, words, fill, tag) : command(command, words, fill, tag);
    }

    private static Step command(String command, List<String> words, Fill fill, UnaryOperator<String> tag) {
        List<Integer> keys = CommandKeys.of(words)
                .filter(places -> places.stream().allMatch(place -> place < words.size()))
                .orElseThrow(() -> new CandidateFailure("'" + command + "' is no command that evidence may send"));
        return new Step(texts(words, keys, command, fill, tag), keys, Optional.empty());
    }

    private static Step script(String command, List<String> words, Fill fill, UnaryOperator<String> tag) {
        int bar = words.indexOf("|");
        if (bar < 3 || !words.get(1).endsWith(".lua")) {
            throw new CandidateFailure("'" + command + "' is not written EVAL name.lua KEYS... | ARGV...");
        }
        List<String> rest = new ArrayList<>(words.subList(2, bar));
        List<Integer> keys =
                Stream.iterate(0, place -> place + 1).limit(rest.size()).toList();
        rest.addAll(words.subList(bar + 1, words.size()));
        return new Step(texts(rest, keys, command, fill, tag), keys, Optional.of(words.get(1)));
    }

    private static List<Text> texts(
            List<String> words, List<Integer> keys, String command, Fill fill, UnaryOperator<String> tag) {
        List<Text> texts = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            texts.add(Text.parse(keys.contains(i) ? tag.apply(word) : word, fill));
        }
        for (int key : keys) {
            if (texts.get(key).varies() == Varies.WITH_TURN) {
                throw new CandidateFailure("the keys of '" + command + "' could not be found again to remove them");
            }
        }
        return texts;
    }

    /** The files of the scripts it runs. */
    List<String> scripts() {
        return steps.stream().map(Step::script).flatMap(Optional::stream).toList();
    }

    /** The keys it names. */
    List<Text> keys() {
        return steps.stream()
                .flatMap(step -> step.keys().stream().map(step.words()::get))
                .toList();
    }

    /** Whether it sends a message to whoever listens. */
    boolean publishes() {
        return steps.stream()
                .filter(step -> step.script().isEmpty())
                .anyMatch(step -> CommandKeys.isChannel(step.words().get(0).written()));
    }

    /** Bytes of the words it sends, roughly: of the first sending. */
    long bytes() {
        Turn first = new Turn(0, 0);
        return steps.stream()
                .flatMap(step -> step.words().stream())
                .mapToLong(word -> word.render(first).length() + 8L)
                .sum();
    }

    /**
     * What to send.
     *
     * @param prefix goes before every key
     * @param digests what EVALSHA calls each script
     */
    List<Command> commands(Turn turn, String prefix, Map<String, String> digests) {
        if (steps.size() == 1) {
            return List.of(command(steps.get(0), turn, prefix, "EVALSHA", digests));
        }
        return steps.stream()
                .map(step -> command(step, turn, prefix, "EVALSHA", digests))
                .toList();
    }

    /** The same for a server that does not know the scripts: they are sent whole. */
    List<Command> commandsByBody(Turn turn, Map<String, String> bodies) {
        return steps.stream()
                .map(step -> command(step, turn, "", "EVAL", bodies))
                .toList();
    }

    private static Command command(Step step, Turn turn, String prefix, String eval, Map<String, String> scripts) {
        Command.Builder builder;
        int from = 0;
        if (step.script().isPresent()) {
            builder = Command.named(eval)
                    .argument(scripts.getOrDefault(step.script().get(), ""))
                    .argument(step.keys().size());
        } else {
            builder = Command.named(step.words().get(0).written());
            from = 1;
        }
        for (int i = from; i < step.words().size(); i++) {
            String word = step.words().get(i).render(turn);
            if (step.keys().contains(i)) {
                builder.key(prefix + word);
            } else {
                builder.argument(word);
            }
        }
        return builder.build();
    }

    @Override
    public String toString() {
        return line;
    }
}
