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
        """)
    void saysWhichAmountsNoFigureStandsOn(String text, String unused) {
        SizeReader.Reading reading = reader.read(text);
        assertThat(reading.missing()).isEmpty();
        String notes = String.join(" ", reading.description().notes());
        assertThat(notes.isEmpty() ? "nothing" : notes).contains(unused);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        How does Redis expire keys?              | how many keys
        5M sessions                              | value of sessions
        300k lists                               | elements of lists
        a few JSON documents                     | how many keys
        2M bloom filters                         | module
        hashes of 5 fields per user              | keys of hashes
        """)
    void saysInOneSentenceWhatIsMissing(String text, String missing) {
        SizeReader.Reading reading = reader.read(text);
        assertThat(reading.missing().orElse("nothing")).contains(missing);
    }
}
