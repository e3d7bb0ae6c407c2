package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What SARIF 2.1.0 requires. */
class SarifTest {

    private static JsonNode run(String name, String text) throws JsonProcessingException {
        LintReport report = new Linter(Linter.Options.DEFAULTS).text(name, text);
        JsonNode root = new ObjectMapper().readTree(Sarif.text(report));
        assertThat(root.path("version").asText()).isEqualTo("2.1.0");
        assertThat(URI.create(root.path("$schema").asText())).hasPath("/sarif-2.1.0.json");
        assertThat(root.path("runs")).hasSize(1);
        return root.path("runs").get(0);
    }

    @Test
    void everyResultNamesARuleALevelAMessageAndALine() throws JsonProcessingException {
        JsonNode run = run("my redis.conf", "maxmemory 1gb # much\nslave-read-only no\n");
        JsonNode rules = run.at("/tool/driver/rules");
        assertThat(run.at("/tool/driver/name").asText()).isNotBlank();
        assertThat(rules).hasSize(Linter.rules().size()).allSatisfy(rule -> {
            assertThat(rule.path("id").asText()).isNotBlank();
            assertThat(rule.at("/shortDescription/text").asText()).endsWith(".");
            assertThat(rule.at("/fullDescription/text").asText()).endsWith(".");
        });
        assertThat(run.path("results")).isNotEmpty().allSatisfy(result -> {
            int index = result.path("ruleIndex").asInt(-1);
            assertThat(rules.get(index).path("id")).isEqualTo(result.path("ruleId"));
            assertThat(result.path("level").asText()).isIn(List.of("note", "warning", "error"));
            assertThat(result.at("/message/text").asText()).isNotBlank();
            JsonNode place = result.at("/locations/0/physicalLocation");
            assertThat(place.at("/artifactLocation/uri").asText()).isEqualTo("my%20redis.conf");
            assertThat(place.at("/region/startLine").asInt()).isPositive();
        });
        assertThat(run.at("/results/0/ruleId").asText()).isEqualTo("trailing-comment");
    }

    @Test
    void aReportWithoutFindingsHasAnEmptyListOfResults() throws JsonProcessingException {
        JsonNode run = run("users.acl", "");
        assertThat(run.path("results").isArray()).isTrue();
        assertThat(run.path("results")).isEmpty();
    }
}
