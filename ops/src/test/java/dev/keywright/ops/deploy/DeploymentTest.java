package dev.keywright.ops.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeploymentTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("dev.keywright.ops.deploy.Deployments#all")
    void isReadBackAsItWasWritten(Deployment deployment) {
        Document.write(folder.resolve(Deployment.FILE), deployment);
        assertThat(Deployment.read(folder)).isEqualTo(deployment);
    }

    @Test
    void aDocumentThatWasSpoiledSaysWhatIsWrong() throws Exception {
        String text = Document.text(Deployment.of(Deployment.Topology.CLUSTER).build());
        Files.writeString(folder.resolve(Deployment.FILE), text.replace("\"shards\" : 3", "\"shards\" : 2"));
        assertThatThrownBy(() -> Deployment.read(folder)).hasMessageContaining("shards is 2");
    }

    @Test
    void allProblemsAreSaidAtOnce() {
        Deployment.Draft draft = Deployment.of(Deployment.Topology.SENTINEL)
                .name("Or ders")
                .replicas(0)
                .sentinels(2)
                .port(80)
                .maxmemoryBytes(1)
                .eviction("lru")
                .silenceSeconds(0)
                .hosts(List.of("a", "b c"))
                .users(List.of(new User("app", "~* on >secret", "x")))
                .settings(List.of(new Setting("bind", "0.0.0.0", "x"), new Setting("hz", "10\nport 1", "x")));
        assertThatThrownBy(draft::build)
                .isInstanceOf(OpsException.class)
                .hasMessageContainingAll(
                        "name is",
                        "replicas is 0",
                        "sentinels is 2",
                        "port is 80",
                        "maxmemory is",
                        "eviction is",
                        "silence is",
                        "host \"b c\"",
                        "user app",
                        "directive bind",
                        "directive hz")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"3,1,3", "3,1,6", "3,2,3", "5,1,4", "4,2,7", "3,0,3"})
    void noHostHoldsTwoCopiesOfTheSameKeysAndHostsAreFilledEvenly(int shards, int replicas, int hosts) {
        Deployment deployment = Deployment.of(Deployment.Topology.CLUSTER)
                .shards(shards)
                .replicas(replicas)
                .hosts(IntStream.rangeClosed(1, hosts)
                        .mapToObj(i -> "10.0.0." + i)
                        .toList())
                .build();
        Layout layout = Layout.of(deployment);
        Set<String> copies = new HashSet<>();
        for (Node node : layout.servers()) {
            String keys = node.primary().map(Node::name).orElse(node.name());
            assertThat(copies.add(keys + "@" + node.host())).as(node + "").isTrue();
        }
        assertThat(layout.servers().stream().map(Node::address)).doesNotHaveDuplicates();
        long most = most(layout);
        assertThat(most).isLessThanOrEqualTo((deployment.servers() + hosts - 1) / hosts + 1L);
    }

    @Test
    void asMuchAsMustBeApartNeedsHostsOfItsOwn() {
        assertThatThrownBy(() -> Deployment.of(Deployment.Topology.CLUSTER)
                        .hosts(List.of("a", "b"))
                        .build())
                .hasMessageContaining("give 3 or more");
    }

    @ParameterizedTest
    @CsvSource({"2gb,2147483648", "512mb,536870912", "1g,1000000000", "100,100", "7k,7000"})
    void sizesAreReadAsRedisReadsThem(String text, long bytes) {
        assertThat(Bytes.parse(text)).isEqualTo(bytes);
        assertThat(Bytes.parse(Bytes.conf(bytes))).isEqualTo(bytes);
    }

    @Test
    void productsNameTheirImage() {
        assertThat(Product.of("redis-7.4").image()).isEqualTo("redis:7.4");
        assertThat(Product.of("valkey-8.1").image()).isEqualTo("valkey/valkey:8.1");
        Stream.of("redis-6.2", "keydb-6.3", "redis", "redis-7.4;rm")
                .forEach(
                        text -> assertThatThrownBy(() -> Product.of(text)).hasMessageContaining("There is no product"));
    }

    private static long most(Layout layout) {
        return layout.servers().stream()
                .map(Node::host)
                .distinct()
                .mapToLong(host -> layout.servers().stream()
                        .filter(node -> node.host().equals(host))
                        .count())
                .max()
                .orElse(0);
    }
}
