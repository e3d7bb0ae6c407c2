package dev.keywright.expert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.artifact.Artifact;
import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.task.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Tasks with what a right answer must show, written by people who did not see the expert; and how an answer fares against them. */
final class LabelledTasks {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One task and what is expected of its answer. */
    record Labelled(String id, String text, JsonNode expected) {}

    private LabelledTasks() {}

    static List<Labelled> read(String file) {
        var in = LabelledTasks.class.getResourceAsStream("/dev/keywright/expert/tasks/" + file);
        List<Labelled> tasks = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    JsonNode node = JSON.readTree(line);
                    tasks.add(new Labelled(
                            node.get("id").asText(), node.get("text").asText(), node));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(file + " could not be read", e);
        }
        return tasks;
    }

    /** What is wrong with the answer; empty when all is right. */
    static List<String> faults(Expert expert, Labelled task) {
        Output output = expert.answer(new Task(task.id(), task.text()), Map.of());
        Answer answer = output.answer();
        JsonNode want = task.expected();
        List<String> faults = new ArrayList<>();
        oneOf(want, "kind", answer.kind(), faults);
        var main = answer.needs().stream().findFirst();
        oneOf(want, "patterns", main.map(Answer.NeedAnswer::pattern).orElse(""), faults);
        oneOf(want, "structures", main.map(Answer.NeedAnswer::structure).orElse(""), faults);
        oneOf(want, "eviction", answer.server().flatMap(Answer.Server::eviction).orElse(""), faults);
        oneOf(
                want,
                "persistence",
                answer.server().flatMap(Answer.Server::persistence).orElse(""),
                faults);
        oneOf(want, "topology", answer.server().flatMap(Answer.Server::topology).orElse(""), faults);
        for (String pattern : texts(want, "also_patterns")) {
            if (answer.needs().stream().noneMatch(need -> need.pattern().equals(pattern))) {
                faults.add("needs lack " + pattern + " in "
                        + answer.needs().stream()
                                .map(Answer.NeedAnswer::pattern)
                                .toList());
            }
        }
        quantities(want.path("quantities"), answer.understood().quantities(), faults);
        ttl(want, answer, faults);
        says(want, answer, faults);
        code(want, output, faults);
        conflicts(want, answer, faults);
        return faults;
    }

    private static void oneOf(JsonNode want, String field, String is, List<String> faults) {
        List<String> right = texts(want, field);
        if (!right.isEmpty() && !right.contains(is)) {
            faults.add(field + " is " + is + ", not " + right);
        }
    }

    private static void quantities(JsonNode want, Map<String, Double> is, List<String> faults) {
        want.properties().forEach(field -> {
            Double value = is.get(field.getKey());
            boolean right = value != null && numbers(field.getValue()).stream().anyMatch(n -> close(n, value));
            if (!right) {
                faults.add(field.getKey() + " is " + value + ", not " + field.getValue());
            }
        });
    }

    private static boolean close(double a, double b) {
        return Math.abs(a - b) <= 0.021 * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;
    }

    private static void ttl(JsonNode want, Answer answer, List<String> faults) {
        List<Long> ttls = answer.needs().stream()
                .flatMap(need -> need.keys().stream())
                .map(Answer.KeyLine::ttlSeconds)
                .flatMap(Optional::stream)
                .toList();
        if (want.has("ttl") && numbers(want.get("ttl")).stream().noneMatch(n -> ttls.contains(n.longValue()))) {
            faults.add("ttl is " + ttls + ", not " + want.get("ttl"));
        }
        boolean mainHasTtl = answer.needs().stream()
                .limit(1)
                .flatMap(need -> need.keys().stream().limit(1))
                .anyMatch(key -> key.ttlSeconds().isPresent());
        if (want.path("no_ttl").asBoolean() && mainHasTtl) {
            faults.add("the main key has a TTL of " + ttls + ", but should have none");
        }
    }

    private static void says(JsonNode want, Answer answer, List<String> faults) {
        String all = answer.toString().replace(answer.task(), "");
        for (String regex : texts(want, "says")) {
            if (!Pattern.compile(regex, Pattern.CASE_INSENSITIVE).matcher(all).find()) {
                faults.add("does not say " + regex);
            }
        }
        for (String regex : texts(want, "never_says")) {
            if (Pattern.compile(regex, Pattern.CASE_INSENSITIVE)
                    .matcher(answer.answer())
                    .find()) {
                faults.add("says " + regex);
            }
        }
    }

    /** What the code that is written must call. */
    private static void code(JsonNode want, Output output, List<String> faults) {
        String code = output.files().stream()
                .filter(file -> file.path().startsWith("src/main/java/"))
                .map(Artifact::text)
                .collect(Collectors.joining());
        for (String regex : texts(want, "code")) {
            if (!Pattern.compile(regex).matcher(code).find()) {
                faults.add("the code does not call " + regex);
            }
        }
    }

    private static void conflicts(JsonNode want, Answer answer, List<String> faults) {
        String warnings = answer.warnings().toString();
        for (String regex : texts(want, "conflict")) {
            boolean named =
                    answer.warnings().stream().anyMatch(w -> w.severity().equals("conflict"))
                            && Pattern.compile(regex, Pattern.CASE_INSENSITIVE)
                                    .matcher(warnings)
                                    .find();
            if (!named) {
                faults.add("no conflict matches " + regex + " in " + warnings);
            }
        }
        if (want.path("no_conflict").asBoolean()) {
            answer.warnings().stream()
                    .filter(w -> w.severity().equals("conflict"))
                    .forEach(w -> faults.add("a conflict that is none: " + w.id()));
        }
    }

    private static List<String> texts(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isTextual()) {
            return List.of(value.asText());
        }
        return StreamSupport.stream(value.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<Double> numbers(JsonNode value) {
        return value.isNumber()
                ? List.of(value.asDouble())
                : StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asDouble)
                        .toList();
    }
}
