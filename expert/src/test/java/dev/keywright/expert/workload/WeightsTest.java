package dev.keywright.expert.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.knowledge.Knowledge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The weights belong to the sample texts. {@code -Dkeywright.weights.write=true} fits and writes them anew. */
class WeightsTest {

    private static final Path WEIGHTS = Path.of("src/main/resources/dev/keywright/expert/weights");

    @ParameterizedTest
    @ValueSource(strings = {"needs", "conflicts", "kinds"})
    void weightsAreFittedToTodaysTexts(String name) throws IOException {
        Path file = WEIGHTS.resolve(name + ".tsv");
        if (Boolean.getBoolean("keywright.weights.write")) {
            Knowledge knowledge = Knowledge.load();
            Files.writeString(
                    file,
                    switch (name) {
                        case "needs" -> Samples.needs(knowledge);
                        case "conflicts" -> Samples.conflicts(knowledge);
                        default -> Samples.kinds(knowledge);
                    });
        }
        assertThat(Files.readAllLines(file).get(0))
                .as(
                        "the sample texts changed; run mvn test -pl expert -Dtest=WeightsTest -Dkeywright.weights.write=true")
                .endsWith("\t" + Samples.digest());
    }

    @Test
    void theSameTextsGiveTheSameWeights() {
        var texts = Samples.tasks().subList(0, 60);
        Knowledge knowledge = Knowledge.load();
        var samples = Samples.kindSamples(knowledge, texts);
        String once = Fit.written(Samples.KINDS, "", new Fit(Samples.KINDS).weights(samples));
        String again = Fit.written(Samples.KINDS, "", new Fit(Samples.KINDS).weights(samples));
        assertThat(again).isEqualTo(once).contains("@ALWAYS\t");
    }
}
