package dev.keywright.expert.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.Expert;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.ops.Document;
import dev.keywright.ops.deploy.Deployment;
import dev.keywright.ops.persistence.Persistence;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentFilesTest {

    private static final Expert EXPERT = new Expert(Knowledge.load());

    @Test
    void aDesignComesWithWhatRunsItsTopology() {
        Output output = new Writer()
                .write(SampleDesigns.choice(
                        List.of("leaderboard"), Set.of("high-availability"), Map.of("sentinels", 5.0)));

        Deployment deployment = deployment(output, "deploy/");
        assertThat(deployment.topology()).isEqualTo(Deployment.Topology.SENTINEL);
        assertThat(deployment.sentinels()).isEqualTo(5);
        assertThat(output.files())
                .extracting(Artifact::path)
                .contains(
                        "redis.conf",
                        "deploy/sentinel-5.conf",
                        "deploy/compose.yaml",
                        "deploy/kubernetes/servers.yaml");
        assertThat(output.answer().artifacts()).contains("deploy/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "configure 6-node Redis Cluster with automatic failover | CLUSTER | 3 | 1",
                "create a redis cluster with 4 masters and 8 replicas | CLUSTER | 4 | 2",
                "set up a redis cluster of 9 nodes | CLUSTER | 4 | 1",
                "kubernetes manifests for a redis cluster with 3 shards and 1 replica each | CLUSTER | 3 | 1",
                "docker compose for redis sentinel with 3 sentinels | SENTINEL | 1 | 2",
                "set up master-replica replication with automatic failover | SENTINEL | 1 | 2",
                "write redis.conf for a cache server with 4 GB | STANDALONE | 1 | 0",
                "run valkey with a statefulset, one primary, two replicas, automatic failover | SENTINEL | 1 | 2",
                "set up redis with two read replicas, we switch over by hand | REPLICA | 1 | 2",
            })
    void aSetUpIsAnsweredWithItsFiles(String task, Deployment.Topology topology, int shards, int replicas) {
        Output output = EXPERT.answer(new Task("id", task), Map.of());

        assertThat(output.answer().kind()).isEqualTo("ops");
        Deployment deployment = deployment(output, "");
        assertThat(deployment.topology()).isEqualTo(topology);
        assertThat(deployment.shards()).isEqualTo(shards);
        assertThat(deployment.replicas()).isEqualTo(replicas);
        assertThat(output.answer().artifacts()).contains("design.json", "compose.yaml", "OPERATE.md");
    }

    @Test
    void aCacheIsSizedToItsMachineAndKeepsNothing() {
        Deployment deployment = deployment(
                EXPERT.answer(new Task("id", "write redis.conf for a cache server with 4 GB"), Map.of()), "");
        assertThat(deployment.maxmemoryBytes()).isEqualTo(3_000_000_000L);
        assertThat(deployment.persistence()).isEqualTo(Persistence.NONE);
        assertThat(deployment.eviction()).startsWith("allkeys-");
    }

    @Test
    void aSizeAsKubernetesWritesItIsThatOfEachNode() {
        Output output = EXPERT.answer(
                new Task("id", "deploy a redis cluster with 4 shards on kubernetes, 4Gi per pod"), Map.of());
        assertThat(deployment(output, "").maxmemoryBytes()).isEqualTo(3L << 30);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubernetes manifests for a redis cluster | kubectl apply",
                "docker compose file for redis sentinel | docker compose up",
            })
    void theFilesComeBeforeTheStepsByHandWhereTheyAreAskedFor(String task, String command) {
        List<Answer.StepLine> steps =
                EXPERT.answer(new Task("id", task), Map.of()).answer().steps();
        assertThat(steps.get(0).command().orElseThrow()).contains(command);
        assertThat(steps).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @CsvSource({
        "write the sentinel.conf for a primary and two replicas",
        "set up a redis cluster of six nodes",
    })
    void theStepsByHandFailOverInTheSameTimeAsTheFiles(String task) {
        Output output = EXPERT.answer(new Task("id", task + ", failover within 4 seconds"), Map.of());
        assertThat(deployment(output, "").silenceSeconds()).isEqualTo(2);
        assertThat(output.answer().answer()).contains(" 2000").doesNotContain("mymaster 5000", "node-timeout 5000");
    }

    @Test
    void elsewhereTheFilesAreNamedBehindTheStepsByHand() {
        List<Answer.StepLine> steps = EXPERT.answer(new Task("id", "set up a redis cluster on six machines"), Map.of())
                .answer()
                .steps();
        assertThat(steps.get(steps.size() - 1).title()).contains("OPERATE.md");
    }

    @Test
    void theDesignAndItsDeploymentSayTheSameOfACluster() {
        Output output = EXPERT.answer(
                new Task("id", "cache for product pages, 200 GB in all, a lost server is replaced within 4 seconds"),
                Map.of());
        String node = output.files().stream()
                .filter(file -> file.path().endsWith("cluster/node-1.conf"))
                .map(Artifact::text)
                .findFirst()
                .orElseThrow();
        assertThat(output.answer().server().orElseThrow().config())
                .filteredOn(line -> line.directive().startsWith("cluster-"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(node).contains("\n" + line.directive() + " " + line.value() + "\n"));
    }

    @Test
    void workOnServersThatAreThereWritesNoFiles() {
        for (String task : List.of(
                "rebalance slots after adding a fourth master",
                "back up our 6 node cluster every night",
                "how long does a failover take with sentinel?")) {
            assertThat(EXPERT.answer(new Task("id", task), Map.of()).answer().artifacts())
                    .as(task)
                    .containsExactly("README.md");
        }
    }

    @Test
    void stepsByHandNameTheVerbThatDoesTheSame() {
        Output output = EXPERT.answer(new Task("id", "rebalance the slots of our redis cluster"), Map.of());
        assertThat(output.answer().steps())
                .anyMatch(step -> step.command().orElse("").startsWith("keywright cluster plan "));
    }

    private static Deployment deployment(Output output, String folder) {
        return output.files().stream()
                .filter(file -> file.path().equals(folder + Deployment.FILE))
                .findFirst()
                .map(file -> Document.parse(file.text(), Deployment.class, file.path()))
                .orElseThrow();
    }
}
