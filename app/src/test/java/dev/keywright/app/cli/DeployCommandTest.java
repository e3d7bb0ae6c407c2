package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployCommandTest {

    @TempDir
    private Path place;

    @Test
    void aClusterIsWrittenAndSaysWhatToDoNext() throws IOException {
        Path folder = place.resolve("deep/orders");
        Call call = Call.of(
                "deploy",
                folder.toString(),
                "--topology",
                "cluster",
                "--shards",
                "3",
                "--replicas",
                "1",
                "--maxmemory",
                "2gb",
                "--persistence",
                "rdb+aof",
                "--eviction",
                "noeviction",
                "--for",
                "redis-7.4",
                "--name",
                "orders",
                "--hosts",
                "10.0.0.1,10.0.0.2,10.0.0.3");
        assertThat(call.err()).isEmpty();
        assertThat(call.status()).isZero();
        assertThat(call.out())
                .contains("compose.yaml", "keywright up " + folder)
                .doesNotContain("Optional", "null");
        assertThat(folder.resolve("cluster/node-6.conf")).exists();
        assertThat(folder.resolve("cluster/node-1.conf"))
                .content()
                .contains("maxmemory 2gb", "bind 127.0.0.1 10.0.0.1");
        assertThat(folder.resolve("compose.yaml")).content().contains("image: redis:7.4");
        assertThat(Files.isExecutable(folder.resolve("create-cluster.sh"))).isTrue();
        assertThat(new ObjectMapper()
                        .readTree(folder.resolve("deployment.json").toFile())
                        .path("persistence")
                        .asText())
                .isEqualTo("rdb+aof");
    }

    @Test
    void aFolderWithFilesIsRefusedAndForceLeavesNoneOfAnEarlierDeployment() throws IOException {
        assertThat(Call.of("deploy", place.toString(), "--topology", "cluster").status())
                .isZero();
        Files.createDirectories(place.resolve("secrets"));
        Files.writeString(place.resolve("secrets/app.password"), "kept");
        Call refused = Call.of("deploy", place.toString(), "--topology", "sentinel");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("is not empty", "--force").hasLineCount(1);
        Call json = Call.of("deploy", place.toString(), "--topology", "sentinel", "--force", "--json");
        JsonNode document = new ObjectMapper().readTree(json.out());
        assertThat(document.path("schema").asText()).isEqualTo("keywright.deploy/1");
        assertThat(document.path("files").toString()).contains("sentinel-1.conf");
        assertThat(place.resolve("cluster/node-1.conf")).doesNotExist();
        assertThat(place.resolve("secrets/app.password")).hasContent("kept");
    }

    @Test
    void allThatIsWrongIsSaidInOneLine() {
        Call call = Call.of(
                "deploy",
                place.resolve("x").toString(),
                "--topology=cluster",
                "--shards=2",
                "--eviction=lru",
                "--maxmemory=1mb");
        assertThat(call.status()).isEqualTo(1);
        assertThat(call.err())
                .contains("shards is 2", "eviction is", "maxmemory is")
                .hasLineCount(1);
        assertThat(place.resolve("x")).doesNotExist();
        assertThat(Call.of("deploy", place.resolve("x").toString(), "--topology=ring")
                        .err())
                .contains("There is no topology ring");
        assertThat(Call.of("deploy", place.resolve("x").toString()).status()).isEqualTo(2);
    }
}
