package dev.keywright.expert.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.expert.task.Words;
import dev.keywright.expert.workload.Fact.Origin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantityReaderTest {

    private static final QuantityReader READER = new QuantityReader();
    private static final double TOLERANCE = 0.006;

    /** A text with what must be read from it, one line of {@code quantities.txt}. */
    record Sample(List<String> patterns, String text, String expected) {

        static Sample of(String line) {
            String[] parts = line.split(" \\| ", -1);
            String patterns = parts[0].strip();
            return new Sample(
                    patterns.equals("-") ? List.of() : List.of(patterns.split(",\\s*")),
                    parts[1].replace("\\n", "\n"),
                    parts[2].strip());
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsEveryQuantityOfASample(Sample sample) {
        List<Fact> facts = read(sample.text(), sample.patterns());
        for (String quantity : sample.expected().split(",\\s*")) {
            if (quantity.equals("none")) {
                assertThat(facts).isEmpty();
            } else if (quantity.startsWith("!")) {
                assertThat(facts)
                        .filteredOn(fact -> fact.origin() == Origin.ASKED)
                        .extracting(Fact::name)
                        .doesNotContain(quantity.substring(1));
            } else if (!quantity.isEmpty()) {
                String[] parts = quantity.split("=");
                List<Double> right =
                        Stream.of(parts[1].split("/")).map(Double::valueOf).toList();
                assertThat(facts)
                        .as(quantity)
                        .anyMatch(fact -> fact.name().equals(parts[0]) && isOneOf(fact.value(), right));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void quotesTheVeryWordsAndNamesNothingTwice(Sample sample) {
        List<Fact> facts = read(sample.text(), sample.patterns());
        assertThat(facts).extracting(Fact::name).doesNotHaveDuplicates();
        assertThat(facts)
                .filteredOn(fact -> fact.origin() == Origin.ASKED)
                .allSatisfy(fact -> assertThat(sample.text().substring(fact.start(), fact.end()))
                        .isEqualTo(fact.from()));
    }

    @Test
    void readsAllQuantitiesOfNearlyEveryLabelledTask() throws IOException {
        int right = 0;
        List<String> wrong = new ArrayList<>();
        List<JsonNode> tasks = labelledTasks();
        for (JsonNode task : tasks) {
            List<String> patterns = new ArrayList<>();
            task.path("patterns").forEach(pattern -> patterns.add(pattern.asText()));
            List<Fact> facts = read(task.path("text").asText(), patterns);
            if (hasAll(facts, task.path("quantities"))) {
                right++;
            } else {
                wrong.add(task.path("id").asText() + " " + facts);
            }
        }
        assertThat((double) right / tasks.size())
                .as("share of tasks with all quantities right; wrong: %s", wrong)
                .isGreaterThanOrEqualTo(0.97);
    }

    @Test
    void aDerivedFactNeverOverrulesAnAskedOne() {
        assertThat(read("1 million keys of 1 KB, 5 GB in all", List.of("cache-aside")))
                .filteredOn(fact -> fact.name().equals("data_bytes"))
                .singleElement()
                .returns(5e9, Fact::value)
                .returns(Origin.ASKED, Fact::origin);
    }

    @Test
    void theFirstOfTwoLimitsStays() {
        assertThat(read("100 requests per minute and 1000 per hour", List.of("rate-limit-sliding-counter")))
                .filteredOn(fact -> fact.name().equals("limit") || fact.name().equals("window_seconds"))
                .extracting(Fact::value)
                .containsExactly(100.0, 60.0);
    }

    @Test
    void wordsReachToTheNoun() {
        assertThat(read(
                        "implement sliding window rate limiter: 100 requests per minute per user",
                        List.of("rate-limit-sliding-counter")))
                .extracting(Fact::from)
                .containsExactly("100 requests", "minute");
    }

    @Test
    void survivesHostileTextsInLinearTime() {
        List<String> pieces = List.of(
                "9",
                "1,",
                "5 a ",
                "per second ",
                "a minute and ",
                "1/",
                "½",
                "2h",
                "10^",
                "1e9",
                "million ",
                " and a half",
                "between 5 and ",
                "twenty-",
                "keep for ",
                "-",
                "\n",
                "\u0000",
                "\ud83d\ude00",
                "\ud800",
                "100 requests per minute ",
                "of them ",
                "'",
                "each ",
                "٣",
                "²",
                "every ",
                "second ",
                "99.9% ");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String piece : pieces) {
                read(piece.repeat(20_000 / piece.length()), List.of("rate-limit-fixed-window"));
            }
            Random random = new Random(7);
            for (int i = 0; i < 50; i++) {
                StringBuilder text = new StringBuilder();
                while (text.length() < 2_000) {
                    text.append(pieces.get(random.nextInt(pieces.size())));
                }
                read(text.toString(), List.of("geo-search"));
            }
        });
    }

    private static List<Fact> read(String text, List<String> patterns) {
        return READER.read(text, Words.of(text), patterns.isEmpty() ? "" : patterns.get(0), patterns);
    }

    private static boolean hasAll(List<Fact> facts, JsonNode expected) {
        for (Map.Entry<String, JsonNode> quantity : expected.properties()) {
            List<Double> right = new ArrayList<>();
            if (quantity.getValue().isArray()) {
                quantity.getValue().forEach(value -> right.add(value.asDouble()));
            } else {
                right.add(quantity.getValue().asDouble());
            }
            if (facts.stream()
                    .noneMatch(fact -> fact.name().equals(quantity.getKey()) && isOneOf(fact.value(), right))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOneOf(double value, List<Double> right) {
        return right.stream().anyMatch(each -> Math.abs(value - each) <= TOLERANCE * Math.abs(each));
    }

    static List<Sample> samples() throws IOException {
        return lines("quantities.txt").stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Sample::of)
                .toList();
    }

    private static List<JsonNode> labelledTasks() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> tasks = new ArrayList<>();
        for (String line : lines("../tasks/tune-a.jsonl")) {
            tasks.add(mapper.readTree(line));
        }
        return tasks;
    }

    private static List<String> lines(String resource) throws IOException {
        String path = "/dev/keywright/expert/"
                + (resource.startsWith("../") ? resource.substring(3) : "workload/" + resource);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(QuantityReaderTest.class.getResourceAsStream(path), path),
                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
