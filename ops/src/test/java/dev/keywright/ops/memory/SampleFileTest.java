package dev.keywright.ops.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleFileTest {

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("sample.txt"), text);
    }

    @Test
    void sizesOfRealValuesBecomeWhatWasSeenAndHowOften() throws IOException {
        String lines = IntStream.range(0, 400)
                .mapToObj(i -> "{\"key\":\"user:" + i + "\",\"type\":\"hash\",\"ttl\":" + (i % 4 == 0 ? 60 : -1)
                        + ",\"value\":{\"name\":\"" + "x".repeat(3 + i % 20) + "\",\"age\":\"" + (20 + i % 50) + "\"}}")
                .collect(Collectors.joining("\n"));
        SizeTask task = SampleFile.read(file(lines + "\n{\"key\":\"hits\",\"value\":12345}\n"), 4_010_000)
                .task();
        DataSet users = task.items().get(0).data();
        assertThat(users.keys()).isEqualTo(4_000_000);
        assertThat(users.expiringRatio()).isCloseTo(0.25, within(1e-4));
        Value.Hash hash = (Value.Hash) users.value();
        assertThat(hash.fields()).isEqualTo(Sizes.of(2));
        assertThat(hash.values().pieces().stream()
                        .filter(Content.Piece::integer)
                        .mapToDouble(Content.Piece::weight)
                        .sum())
                .isCloseTo(0.5, within(1e-3));
        assertThat(hash.values().pieces().stream()
                        .mapToLong(Content.Piece::bytes)
                        .max()
                        .orElse(0))
                .isEqualTo(22);
        assertThat(task.items().get(1).data().value()).isEqualTo(new Value.Text(new Content.Integers(12_345, 12_345)));
    }

    @Test
    void aSampleSaysTheSameAsTheTextsThemselves() throws IOException {
        String lines = IntStream.range(0, 1_000)
                .mapToObj(i -> "key:" + i + "\t" + "v".repeat(1 + i * 7 % 300))
                .collect(Collectors.joining("\n"));
        MemoryModel model = new MemoryModel(Profile.of(Allocator.JEMALLOC_8, Version.REDIS_7_0));
        double sampled = model.estimate(
                        SampleFile.read(file(lines), 0).task().items().get(0).data())
                .totalBytes();
        Content texts = new Content.Sample(IntStream.range(0, 1_000)
                .mapToObj(i -> "v".repeat(1 + i * 7 % 300))
                .toList());
        Sizes names = new Sizes.Sample(IntStream.range(0, 1_000)
                .mapToObj(i -> (long) ("key:" + i).length())
                .toList());
        double exact =
                model.estimate(DataSet.of(1_000, names, new Value.Text(texts))).totalBytes();
        assertThat(sampled).isCloseTo(exact, within(exact * 1e-3));
    }

    @Test
    void whatIsPrintedOfASampleReadsBack() throws IOException {
        Path file = file("a:1,hello\n"
                + "a:2,12\n"
                + "b:1,\"x,y\"\n"
                + "{\"key\":\"s\",\"type\":\"zset\",\"value\":{\"m\":1.5,\"n\":2}}\n"
                + "{\"key\":\"e\",\"type\":\"stream\",\"value\":[{\"f\":\"1\",\"g\":\"abc\"},{\"f\":\"2\",\"g\":\"abcd\"}]}\n"
                + "{\"key\":\"l\",\"value\":[\"a\",\"b\"]}\n");
        Description description = SampleFile.read(file, 0);
        assertThat(description.names()).containsExactly("a-strings", "b-strings", "zsets", "streams", "lists");
        assertThat(SizeFile.read(SizeFile.text(description), "again").task()).isEqualTo(description.task());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        alone                                        | sample.txt:1 holds no key and value
        {"key":"a"}                                  | sample.txt:1 has no key or no value
        {"key":"a","value":                          | sample.txt:1 is no JSON
        {"key":"a","type":"bloom","value":"x"}       | sample.txt:1 has the type bloom
        {"key":"a","type":"hash","value":[1]}        | a hash that is no object
        REDIS0011                                    | is a dump; give it to keywright analyze
        """)
    void refusesWhatIsNoSampleAndNamesTheLine(String text, String complaint) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> SampleFile.read(file, 0)).hasMessageContaining(complaint);
    }

    @Test
    void noFileAndNoKeysAreSaid() throws IOException {
        Path empty = file("\n");
        assertThatThrownBy(() -> SampleFile.read(empty, 0)).hasMessageContaining("holds no keys");
        assertThatThrownBy(() -> SampleFile.read(folder.resolve("none"), 0)).hasMessageContaining("cannot be read");
    }
}
