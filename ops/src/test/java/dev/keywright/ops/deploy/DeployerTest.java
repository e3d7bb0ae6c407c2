package dev.keywright.ops.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.persistence.Persistence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeployerTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("dev.keywright.ops.deploy.Deployments#all")
    void everyDirectiveHasItsReasonAboveAndNoneBehindIt(Deployment deployment) {
        for (TextFile file : Deployer.files(deployment)) {
            if (file.path().endsWith(".conf")) {
                List<String> lines = file.text().lines().toList();
                for (int i = 0; i < lines.size(); i++) {
                    if (!lines.get(i).isBlank() && !lines.get(i).startsWith("#")) {
                        assertThat(lines.get(i - 1)).as(file.path()).startsWith("# ");
                        assertThat(lines.get(i)).as(file.path()).doesNotContain("#");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.keywright.ops.deploy.Deployments#all")
    void manifestsAreWhatKubernetesReads(Deployment deployment) {
        for (TextFile file : Deployer.files(deployment)) {
            if (file.path().startsWith("kubernetes/")) {
                for (Object document : Schemas.parse(file.text())) {
                    assertThat(Schemas.kubernetesComplaint(document))
                            .as(file.path())
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void theSchemasSeeWhatIsWrong() throws IOException {
        String disruption = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: %s\n";
        assertThat(complaint(disruption, "{maxUnavailable: 1}")).isEmpty();
        assertThat(complaint(disruption, "{maxUnavailabel: 1}"))
                .get()
                .asString()
                .contains("maxUnavailabel");
        assertThat(complaint(disruption, "{selector: {matchLabels: [a]}}")).isPresent();
        assertThat(complaint("apiVersion: v1\nkind: Sevice\nmetadata: %s\n", "{}"))
                .isPresent();
        assertThat(Schemas.composeComplaints(
                        Schemas.parse("services: {a: {image: b, volume: [c]}}").get(0)))
                .anyMatch(complaint -> complaint.contains("volume"));
    }

    private static Optional<String> complaint(String yaml, String part) {
        return Schemas.kubernetesComplaint(
                Schemas.parse(yaml.replace("%s", part)).get(0));
    }

    @ParameterizedTest
    @MethodSource("dev.keywright.ops.deploy.Deployments#all")
    void theComposeFileIsWhatComposeReads(Deployment deployment) throws IOException {
        Object compose =
                Schemas.parse(Deployments.text(deployment, "compose.yaml")).get(0);
        assertThat(Schemas.composeComplaints(compose)).isEmpty();
        Map<?, ?> services = (Map<?, ?>) ((Map<?, ?>) compose).get("services");
        int creators = deployment.isCluster() ? 1 : 0;
        assertThat(services).hasSize(deployment.servers() + deployment.sentinels() + creators);
        assertThat(services.values().toString()).doesNotContainIgnoringCase("password=");
    }

    @ParameterizedTest
    @MethodSource("dev.keywright.ops.deploy.Deployments#all")
    void nothingIsLeftToFillAndNoFileHoldsAPassword(Deployment deployment) {
        for (TextFile file : Deployer.files(deployment)) {
            assertThat(file.text().replace("/dev/null", ""))
                    .as(file.path())
                    .doesNotContain("{{", "}}", "null", "Optional[")
                    .endsWith("\n");
            assertThat(file.text().lines())
                    .as(file.path())
                    .noneMatch(line ->
                            line.matches("\\s*(requirepass|masterauth|sentinel auth-pass \\S+)\\s+[A-Za-z0-9]+.*"));
        }
        assertThat(Deployer.files(deployment)).isEqualTo(Deployer.files(deployment));
    }

    @ParameterizedTest
    @EnumSource
    void theRealServerStartsWithEveryConfiguration(Deployment.Topology topology) {
        for (Persistence persistence : List.of(Persistence.NONE, Persistence.RDB_AOF)) {
            Deployment deployment = Deployment.of(topology)
                    .persistence(persistence)
                    .eviction("allkeys-lfu")
                    .build();
            List<ConfProof.Result> results = ConfProof.with(Optional.empty()).prove(deployment);
            assertThat(results)
                    .isNotEmpty()
                    .allSatisfy(
                            result -> assertThat(result.ok()).as(result.said()).isTrue());
        }
    }

    @Test
    void aConfigurationTheServerRefusesIsSaidWithItsWords() {
        ConfProof proof = ConfProof.with(Optional.empty());
        ConfProof.Result server = proof.server("x.conf", "maxmemory-policy sometimes\n", List.of());
        assertThat(server.ok()).isFalse();
        assertThat(server.said()).contains("maxmemory-policy");
        ConfProof.Result user = proof.server("x.conf", "maxmemory 100mb\n", List.of(new User("app", "+@nothing", "-")));
        assertThat(user.ok()).isFalse();
        assertThat(user.said()).contains("ACL");
        ConfProof.Result sentinel = proof.sentinel("s.conf", "sentinel monitor orders 127.0.0.1 6379 two\n");
        assertThat(sentinel.ok()).isFalse();
        assertThat(sentinel.said()).contains("Quorum");
    }

    @ParameterizedTest
    @MethodSource("dev.keywright.ops.deploy.Deployments#all")
    void scriptsAreWhatAShellReads(Deployment deployment) throws IOException, InterruptedException {
        for (TextFile file : Deployer.files(deployment)) {
            if (file.path().endsWith(".sh")) {
                assertThat(shell(List.of("sh", "-n"), file)).as(file.path()).isZero();
            }
        }
    }

    @Test
    void secretsAreMadeOnceAndOpenToTheirOwnerAlone() throws IOException, InterruptedException {
        TextFile script = new TextFile(
                "secrets.sh",
                Deployments.text(Deployment.of(Deployment.Topology.SENTINEL).build(), "secrets.sh"));
        assertThat(shell(List.of("sh"), script)).isZero();
        Path secrets = folder.resolve("secrets");
        assertThat(Files.getPosixFilePermissions(secrets).toString()).doesNotContain("GROUP", "OTHERS");
        String password = Files.readString(secrets.resolve("app.password"));
        assertThat(password).matches("[0-9a-f]{64}");
        assertThat(Files.readString(secrets.resolve("users.acl")))
                .contains("user default off", "user app on #", "user sentinel on #")
                .doesNotContain(password);
        assertThat(Schemas.parse(Files.readString(secrets.resolve("kubernetes-secret.yaml"))))
                .hasSize(1);
        assertThat(shell(List.of("sh"), script)).isZero();
        assertThat(secrets.resolve("app.password")).hasContent(password);
    }

    @Test
    void aPrimaryThatKeepsNothingComesBackOnlyAfterAFailover() {
        Deployment.Draft draft = Deployment.of(Deployment.Topology.SENTINEL);
        Deployment cache = draft.persistence(Persistence.NONE).build();
        assertThat(Deployments.text(cache, "systemd/redis-redis@.service")).contains("RestartSec=25");
        assertThat(Deployments.text(cache, "container/start.sh")).contains("it waits until another took over");
        Deployment store = draft.persistence(Persistence.AOF_EVERYSEC).build();
        assertThat(Deployments.text(store, "systemd/redis-redis@.service")).contains("RestartSec=2\n");
    }

    @Test
    void bufferAndMemoryFollowFromMaxmemory() {
        Deployment large = Deployment.of(Deployment.Topology.SENTINEL)
                .maxmemoryBytes(Bytes.parse("8gb"))
                .build();
        assertThat(Deployments.text(large, "primary.conf"))
                .contains(
                        "maxmemory 8gb",
                        "repl-backlog-size 448mb",
                        "replica 896mb 224mb 60",
                        "min-replicas-to-write 1");
        assertThat(Room.of(large).ramBytes()).isGreaterThan(Bytes.parse("16gb"));
        Deployment cache = Deployment.of(Deployment.Topology.STANDALONE)
                .persistence(Persistence.NONE)
                .build();
        assertThat((double) cache.maxmemoryBytes() / Room.of(cache).ramBytes()).isBetween(0.7, 0.85);
    }

    private int shell(List<String> command, TextFile file) throws IOException, InterruptedException {
        Path script = folder.resolve(file.path().replace('/', '-'));
        Files.writeString(script, file.text());
        List<String> words = new ArrayList<>(command);
        words.add(script.toString());
        Process process = new ProcessBuilder(words)
                .inheritIO()
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
