package dev.keywright.expert.size;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.memory.Description;
import dev.keywright.ops.memory.Description.Figure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeReaderTest {

    private final SizeReader reader = new SizeReader();

    static Stream<String> sentences() throws IOException {
        try (InputStream in = SizeReaderTest.class.getResourceAsStream("sentences.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines().filter(line -> !line.startsWith("#") && !line.isBlank()).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void understands(String line) {
        String[] parts = line.split(" \\| (?=\\d+ \\| )| \\| (?=(?:\\d|server)\\.)");
        SizeReader.Reading reading = reader.read(parts[0]);
        Description description = reading.description();
        List<String> figures = description.figures().stream()
                .filter(figure ->
                        !figure.from().startsWith("usual ") || figure.name().endsWith(".type"))
                .map(figure -> placed(description, figure))
                .toList();
        assertThat(description.names()).as(parts[0] + " " + figures).hasSize(Integer.parseInt(parts[1].strip()));
        assertThat(figures)
                .as(parts[0])
                .containsAll(Arrays.stream(parts[2].strip().split(" (?=(?:\\d|server)\\.)"))
                        .map(expected -> expected.replace('~', ' '))
                        .toList());
        assertThat(reading.missing()).isEmpty();
        assertThat(description.task().items()).hasSize(description.names().size());
    }

    private static String placed(Description description, Figure figure) {
        int dot = figure.name().indexOf('.');
        String part = figure.name().substring(0, dot);
        String place = part.equals(Description.SERVER)
                ? part
                : Integer.toString(description.names().indexOf(part));
        return place + figure.name().substring(dot) + "=" + figure.value();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        5M sessions of 300 bytes, latency of 5 ms        | 5 ms
        1M hashes of 5 fields of 20 bytes, 7 fields      | 7 fields
        8M cache entries of 2 KB, 30% expire             | nothing
        2M sessions of 1 KB, expire after 30 minutes     | nothing
        5M sessions of 300 bytes, TTL 20m                | nothing
        a set of 3 million IPv4 addresses                | nothing
        12M strings average 2 KB, max 1 MB               | 1 MB
        5M strings; p50 40 bytes; p90 120 bytes; p99 1 KB | "1 KB"
        5M sessions of 300 bytes, 30 % headroom          | "30 % headroom"
        5M sessions of 300 bytes, maxmemory 8 GB         | "maxmemory 8 GB"
        5M strings of 30 bytes on ElastiCache            | "ElastiCache"
        3M users of 300 bytes, hundreds of thousands of them new | hundreds
        4M sessions of 300 bytes, of -20 users           | 20
        2M hashes of 5 fields of 20 bytes in a list      | list
        4M users, followers and following sets, 120 each | one kind of data
        4M tokens of 30 bytes, 1M users of 1 KB, TTL 1 hour | said of users only
        5M sessions of 300 bytes, 20 pub/sub channels with 50 subscribers each | 1,000 subscriptions
        """)
    void saysWhichAmountsNoFigureStandsOn(String text, String unused) {
        SizeReader.Reading reading = reader.read(text);
        assertThat(reading.missing()).isEmpty();
        String notes = String.join(" ", reading.description().notes());
        assertThat(notes.isEmpty() ? "nothing" : notes).contains(unused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a ", "with a ", "5M users, each with a hash of 8 fields and "})
    void longTextsAreReadAndTooLongOnesRefused(String part) {
        String text = part.repeat(3_900 / part.length());
        assertThat(reader.read(text)).isNotNull();
        assertThat(reader.read(text + text).missing().orElse("")).contains("at most, or in YAML");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        How does Redis expire keys?              | how many keys
        5M sessions                              | value of sessions
        300k lists                               | elements of lists
        a few JSON documents                     | how many keys
        2M bloom filters                         | module
        hashes of 5 fields per user              | keys of hashes
        hashes of 9 fields of 20 bytes           | keys of hashes
        3 hashes of 5 fields of 20 bytes per user | of "user"
        one counter per user and endpoint, 2M users | of "endpoint"
        20M strings of 100 bytes per shard       | in all
        0 strings of 10 bytes                    | there are 0 strings
        -5 million sessions of 100 bytes         | how many keys
        1M nodes in RedisGraph                   | module
        8M documents in RediSearch               | module
        pub/sub for a chat                       | output buffers
        200 pub/sub channels with 5000 subscribers each | 1,000,000 subscriptions
        """)
    void saysInOneSentenceWhatIsMissing(String text, String missing) {
        SizeReader.Reading reading = reader.read(text);
        assertThat(reading.missing().orElse("nothing")).contains(missing);
    }
}
