package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SR2: while a script runs the server does nothing else. Every script of the library, called with its sample two hundred times, keeps
 * the server busy for less than a millisecond, in the middle.
 */
@WithRedis
class ScriptBudgetTest {

    private static final int CALLS = 200;
    private static final Pattern MEDIAN = Pattern.compile("latency_percentiles_usec_evalsha:p50=([\\d.]+)");

    static List<Path> scripts() throws IOException {
        return ScriptHeaderTest.scripts();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void sr2_keepsTheServerBusyForLessThanAMillisecond(Path file, Redis redis) throws IOException {
        String source = Files.readString(file, UTF_8);
        ScriptHeader header = ScriptHeader.of(source);
        ScriptHeader.Sample sample = header.sample().orElseThrow();
        header.given().forEach(command -> redis.command(command.toArray(String[]::new)));
        List<String> words = new ArrayList<>(List.of("EVALSHA", redis.command("SCRIPT", "LOAD", source)));
        words.add(Integer.toString(sample.keys().size()));
        words.addAll(sample.keys());
        words.addAll(sample.arguments());
        redis.command("CONFIG", "RESETSTAT");
        for (int i = 0; i < CALLS; i++) {
            redis.command(words.toArray(String[]::new));
        }
        Matcher median = MEDIAN.matcher(redis.command("INFO", "latencystats"));
        assertThat(median.find()).isTrue();
        assertThat(Double.parseDouble(median.group(1)))
                .as("median of %s in us", file)
                .isLessThan(1_000);
    }
}
