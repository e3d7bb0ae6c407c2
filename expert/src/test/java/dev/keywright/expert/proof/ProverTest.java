package dev.keywright.expert.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.artifact.Artifact;
import dev.keywright.expert.artifact.Output;
import dev.keywright.expert.artifact.SampleDesigns;
import dev.keywright.expert.proof.Proof.Check;
import dev.keywright.server.ServerOptions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProverTest {

    private final Prover prover = new Prover();

    static Stream<List<String>> designs() {
        List<String> topologies = List.of("single-box", "replica-named", "sentinel-named", "cluster-named");
        List<String> persistence = List.of("no-disk", "rdb-only", "little-loss-ok", "aof-always", "both-persistence");
        return topologies.stream().flatMap(topology -> persistence.stream().map(kept -> List.of(topology, kept)));
    }

    @ParameterizedTest
    @MethodSource("designs")
    void theConfigurationOfEveryTopologyAndPersistenceStartsAServer(List<String> traits) {
        Output output =
                SampleDesigns.output(List.of("leaderboard", "cache-aside", "pubsub"), traits.toArray(String[]::new));

        assertThat(prover.prove(output, ServerOptions.DEFAULTS).checks())
                .hasSizeGreaterThan(3)
                .allSatisfy(
                        check -> assertThat(check.held()).as(check.toString()).isTrue());
    }

    @Test
    void everyScriptOfEveryPatternLoads() {
        Output output = SampleDesigns.output(SampleDesigns.patterns());

        List<Check> checks = prover.prove(output, ServerOptions.DEFAULTS).checks();

        assertThat(checks).hasSizeGreaterThan(30).allMatch(Check::held);
        assertThat(checks).filteredOn(check -> check.what().startsWith("lua/")).hasSizeGreaterThan(25);
    }

    @Test
    void saysWhatTheServerRefuses() {
        Output good = SampleDesigns.output(List.of("lock"));
        Output comment = with(good, new Artifact("redis.conf", "maxmemory 100mb # behind it\n"));
        Output script = with(good, new Artifact("lua/lock/acquire.lua", "#!lua\nreturn (\n"));

        assertThat(prover.prove(comment, ServerOptions.DEFAULTS).checks())
                .anySatisfy(check -> assertThat(check.held()).isFalse());
        assertThat(prover.prove(script, ServerOptions.DEFAULTS).checks())
                .filteredOn(check -> !check.held())
                .singleElement()
                .satisfies(check -> assertThat(check.what()).isEqualTo("lua/lock/acquire.lua loads"));
    }

    @Test
    void anAnswerWithoutFilesIsNotTried() {
        Output good = SampleDesigns.output(List.of("lock"));

        assertThat(prover.prove(new Output(good.answer(), List.of()), ServerOptions.DEFAULTS)
                        .checks())
                .isEmpty();
    }

    private static Output with(Output output, Artifact other) {
        return new Output(
                output.answer(),
                output.files().stream()
                        .map(file -> file.path().equals(other.path()) ? other : file)
                        .toList());
    }
}
