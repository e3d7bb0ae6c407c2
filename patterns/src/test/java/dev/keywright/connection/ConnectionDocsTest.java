package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Replication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The samples of {@code docs/connection.md} are the regions between {@code // docs: name} and {@code // docs: end}, run here. */
class ConnectionDocsTest {

    private static final Path PAGE = Path.of("../docs/connection.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/connection/ConnectionDocsTest.java");

    private final List<Object> log = new CopyOnWriteArrayList<>();

    @Test
    void samples() {
        try (Replication redis = Replication.start(1)) {
            String uri = redis.uri();
            // docs: reads
            ConnectionOptions options = ConnectionOptions.DEFAULTS.withReadFrom(ReadFrom.REPLICA);
            try (Connection connection = Connection.open(uri, options)) {
                Command read = Command.named("GET").key("page:1").buildReadOnly(); // a replica may answer
                log.add(connection.call(read));
                for (ReplicaLag lag : connection.staleness()) {
                    log.add(lag.replica() + " is " + lag.bytesBehind() + " bytes behind");
                }
            }
            // docs: end
            assertThat(log).hasSize(2).contains(Reply.Nothing.NOTHING);
            try (Connection connection = Connection.open(uri)) {
                // docs: observe
                Subscription watching = connection.events(event -> log.add("Redis: " + event));
                Health health = connection.health(); // nodes connected, last failure; asks no server
                Counters counters = connection.counters(); // calls by outcome, reconnects, redirects
                // docs: end
                assertThat(health.connected()).hasSize(1);
                assertThat(counters.answered()).isPositive();
                watching.close();

                // docs: check
                Needs needs = Needs.of(List.of("GET", "SET"), List.of("page:*")).thatLast();
                for (Problem problem : connection.check(needs)) {
                    log.add(problem.what() + " " + problem.why() + " " + problem.fix());
                }
                String rule = needs.aclRule("shop", Topology.Kind.STANDALONE);
                // docs: end
                assertThat(rule)
                        .isEqualTo("ACL SETUSER shop on resetkeys ~page:* -@all"
                                + " +info +role +multi +discard +acl|whoami +get +set");
                assertThat(log).as("nothing is missing").hasSize(2);
            }
        }
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> regions = found(
                Pattern.compile("// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL),
                Files.readString(HERE, UTF_8));
        Map<String, String> shown = found(
                Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL),
                Files.readString(PAGE, UTF_8));
        assertThat(shown).isEqualTo(regions);
    }

    private static Map<String, String> found(Pattern pattern, String text) {
        Map<String, String> found = new LinkedHashMap<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.put(matcher.group(1), matcher.group(2).stripTrailing().stripIndent());
        }
        return found;
    }
}
