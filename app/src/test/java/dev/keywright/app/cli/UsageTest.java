package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpShowsHowToAskAndSucceeds(String word) {
        Call call = Call.of(word);
        assertThat(call.status()).isZero();
        assertThat(call.out()).contains("keywright \"why do I get CROSSSLOT?\"").contains("solve");
        assertThat(call.err()).isEmpty();
    }

    @Test
    void helpOfSolveListsEveryOption() {
        assertThat(Call.of("solve", "--help").out())
                .contains(
                        "-o",
                        "--force",
                        "--json",
                        "--evidence",
                        "--set",
                        "--batch",
                        "--redis",
                        "--server",
                        "--debug",
                        "Exit status");
    }

    @Test
    void versionIsOneLine() {
        assertThat(Call.of("--version").out()).startsWith("keywright ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --no-such-option           | Unknown option
                    --evidence=lots            | expected full, quick or none
                    --evidence                 | --evidence
                    -o                         | -o
                    --batch=x task             | --batch takes its tasks from the file
                    --redis=a --server=b task  | exclude each other
                    -o=a -o=b task             | only once
                    review                     | review is no verb yet
                    mcp redis://localhost      | mcp is no verb yet
                    console --port             | console is no verb yet
                    """)
    void whatMakesNoSenseIsSaidInOneSentenceWithStatus2(String line, String sentence) {
        Call call = Call.of(line.strip().split(" +"));
        assertThat(call.status()).isEqualTo(2);
        assertThat(call.out()).isEmpty();
        assertThat(call.err())
                .startsWith("keywright: ")
                .contains(sentence)
                .hasLineCount(2)
                .doesNotContain("\tat ");
    }

    @Test
    void nothingToSolveIsAUsageError() {
        assertThat(Call.of().status()).isEqualTo(2);
        assertThat(Call.of("  ").status()).isEqualTo(2);
        assertThat(Call.of("solve").err()).contains("Say what to solve");
    }

    @Test
    void passwordsAreNotRepeated() {
        Call call = Call.of("--rediss=redis://ann:s3cret@db:6379", "task");
        assertThat(call.status()).isEqualTo(2);
        assertThat(call.err()).contains("redis://***@db:6379").doesNotContain("s3cret");
    }
}
