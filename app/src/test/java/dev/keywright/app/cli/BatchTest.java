package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path place;

    @Test
    void answersEachLineInOrderUnderItsId() throws IOException {
        String lines = IntStream.range(0, 60)
                .mapToObj(i -> "{\"id\": \"t-%d\", \"text\": \"cache %d products for %d minutes\"}"
                        .formatted(i, 1000 + i, i + 1))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(place.resolve("tasks.jsonl"), lines);
        Call call = Call.of("--batch", file.toString(), "--json", "--evidence", "none");
        assertThat(call.status()).isZero();
        assertThat(call.err()).isEmpty();
        List<JsonNode> answers = read(call.out());
        assertThat(answers).hasSize(60);
        for (int i = 0; i < 60; i++) {
            assertThat(answers.get(i).path("id").asText()).isEqualTo("t-" + i);
            assertThat(answers.get(i).at("/understood/quantities/keys").asInt()).isEqualTo(1000 + i);
        }
    }

    @Test
    void aBadLineBecomesAnErrorWithItsIdAndTheRestGoesOn() throws IOException {
        String lines = """
                {"id": "a", "text": "why CROSSSLOT?"}
                no json at all
                {"id": "c"}
                {"id": "d", "text": 5}
                {"id": "e", "text": "cut off
                [1, 2]

                {"id": 8, "text": "why CROSSSLOT?", "extra": {"x": [1]}}
                {"id": "i", "text": "a"} {"id": "j", "text": "b"}
                {"text": "why CROSSSLOT?"}
                \ufeff{"id": "k", "text": "why CROSSSLOT?"}\r
                """;
        Call call = Call.withInput(lines, "--batch", "-");
        assertThat(call.status()).isZero();
        List<JsonNode> answers = read(call.out());
        assertThat(answers.stream().map(answer -> answer.path("id").asText()))
                .containsExactly("a", "", "c", "d", "e", "", "8", "i", "", "k");
        assertThat(answers.stream().map(answer -> answer.has("error")))
                .containsExactly(false, true, true, true, true, true, false, true, false, false);
        assertThat(answers.get(1).path("line").asInt()).isEqualTo(2);
        assertThat(answers.get(3).path("error").asText()).contains("has no text");
        assertThat(answers.get(6).path("id").isNumber()).isTrue();
    }

    @Test
    void hugeAndHostileLinesAreAnsweredWithJson() throws IOException {
        String million = "a ".repeat(500_000);
        String deep = "[".repeat(100_000);
        String lines = "{\"id\": \"1\", \"text\": \"" + million + "\"}\n"
                + "{\"id\": \"2\", \"text\": " + deep + "\n"
                + "{\"id\": \"3\", \"text\": \"" + "x".repeat(9_000_000) + "\"}\n"
                + "{\"id\": \"4\", \"text\": \"\\ud800 \\u0000 $(rm -rf /) '; return redis.call('flushall')\"}\n"
                + "{\"id\": \"5\", \"text\": \"\"}";
        List<JsonNode> answers = read(Call.withInput(lines, "--batch", "-").out());
        assertThat(answers).hasSize(5);
        assertThat(answers.get(0).path("kind").asText()).isNotEmpty();
        assertThat(answers.get(1).path("id").asText()).isEqualTo("2");
        assertThat(answers.get(2).path("error").asText()).contains("shorten");
        assertThat(answers.get(3).path("id").asText()).isEqualTo("4");
    }

    @Test
    void nothingInNothingOut() {
        assertThat(Call.withInput("", "--batch", "-")).isEqualTo(new Call(0, "", ""));
        assertThat(Call.withInput("\n\n", "--batch", "-").out()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsSaidInOneSentence() {
        Call call = Call.of("--batch", place.resolve("none").toString());
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err()).contains("no file that can be read").hasLineCount(1);
        assertThat(Call.of("--batch", place.toString()).status()).isEqualTo(1);
    }

    private static List<JsonNode> read(String out) throws IOException {
        List<JsonNode> answers = new ArrayList<>();
        for (String line : out.lines().toList()) {
            answers.add(JSON.readTree(line));
        }
        return answers;
    }
}
