package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamCommandTest {

    private Standalone server;
    private Connection connection;
    private String uri;

    @BeforeEach
    void begin() {
        server = Standalone.start();
        uri = server.uri();
        connection = Connection.open(uri);
    }

    @AfterEach
    void end() {
        connection.close();
        server.close();
    }

    @Test
    void tellsGroupsAndWhatIsWrongWithThem() throws IOException {
        append(connection, "orders", 300);
        group("orders", "billing");
        group("orders", "mail");
        read("orders", "billing", "c1", 50);
        await().until(() -> Call.of("stream", uri, "orders", "--dead-after", "50ms", "--seconds", "0")
                .out()
                .contains("dead"));

        Call text = Call.of("stream", uri, "--dead-after", "50ms", "--seconds", "0");
        assertThat(text.status()).as(text.err()).isEqualTo(Main.UNPROVEN);
        assertThat(text.out())
                .contains("orders", "300 entries", "lag 250", "pending 50", "c1")
                .contains("stream-dead-consumer", "stream-group-abandoned", "--claim billing --from c1")
                .doesNotContain("secret");

        JsonNode report = new ObjectMapper()
                .readTree(Call.of("stream", uri, "orders", "--seconds", "0", "--json")
                        .out());
        assertThat(report.path("schema").asText()).isEqualTo("keywright.stream/1");
        assertThat(report.at("/streams/0/groups/0/consumers/0/pending").asLong())
                .isEqualTo(50);
    }

    @Test
    void tellsThatLagGrowsAndThatUnreadWasRemoved() {
        append(connection, "orders", 300);
        group("orders", "billing");
        read("orders", "billing", "c1", 10);
        Thread producer = new Thread(() -> append(connection, "orders", 20_000));
        producer.setDaemon(true);
        producer.start();
        await().untilAsserted(() -> assertThat(
                        Call.of("stream", uri, "orders", "--seconds", "0.1").out())
                .contains("stream-lag-grows"));
        producer.interrupt();
        run("XTRIM", "orders", "MAXLEN", "5");
        assertThat(Call.of("stream", uri, "orders", "--seconds", "0").out())
                .contains("stream-unread-removed", "stream-pending-removed");
    }

    @Test
    void claimsOnlyWhatIsMeantAndKeepsNumbersOfDeliveries() {
        append(connection, "orders", 30);
        group("orders", "billing");
        read("orders", "billing", "c1", 10);
        read("orders", "billing", "c2", 5);
        String[] claim = {"stream", uri, "orders", "--claim", "billing", "--to", "c3", "--from", "c1", "--min-idle", "0"
        };

        assertThat(Call.of(claim).out()).contains("would do 10", "no consumer c3");
        assertThat(pending("c1")).isEqualTo(10);
        assertThat(Call.of(with(claim, "--yes", "--most", "4")).out()).contains("4 done of 4 or more");
        assertThat(pending("c1")).isEqualTo(6);
        assertThat(pending("c2")).isEqualTo(5);
        assertThat(Call.of(with(claim, "--yes")).out()).contains("6 done of 6");
        Reply one = run("XPENDING", "orders", "billing", "-", "+", "1", "c3");
        assertThat(one.items().get(0).items().get(3).number()).isOne();

        assertThat(Call.of("stream", uri, "orders", "--delete-consumers", "billing", "--min-idle", "0", "--yes")
                        .out())
                .contains("1 done of 1", "c2 stays");
        assertThat(pending("c2")).isEqualTo(5);
    }

    @Test
    void trimsNothingThatAGroupNeedsUnlessForced() {
        append(connection, "orders", 1_000);
        group("orders", "billing");
        assertThat(Call.of("stream", uri, "orders", "--trim", "--max-length", "10", "--yes")
                        .out())
                .contains("0 done of 0", "group billing was not given");

        read("orders", "billing", "c1", 700);
        String pending = acknowledgeAllBut(300);
        Call plan = Call.of("stream", uri, "orders", "--trim", "--max-length", "10");
        assertThat(plan.out()).contains("would do 300", "has that pending", pending);
        assertThat(length("orders")).isEqualTo(1_000);
        assertThat(Call.of("stream", uri, "orders", "--trim", "--max-length", "900", "--yes")
                        .out())
                .contains("100 done of 100");
        assertThat(Call.of("stream", uri, "orders", "--trim", "--max-age", "0", "--yes")
                        .out())
                .contains("200 done of 200");
        assertThat(length("orders")).isEqualTo(700);
        assertThat(Call.of("stream", uri, "orders", "--trim", "--max-length", "7", "--cut-unread", "--yes")
                        .out())
                .contains("693 done of 693");
        assertThat(length("orders")).isEqualTo(7);
    }

    @Test
    void findsStreamsOfACluster() {
        try (Cluster cluster = Cluster.start(3);
                Connection nodes = Connection.open(cluster.uri())) {
            for (String key : new String[] {"a", "b", "c", "d"}) {
                append(nodes, key, 3);
            }
            Call all = Call.of("stream", cluster.uri(), "--seconds", "0");
            assertThat(all.status()).as(all.err()).isZero();
            assertThat(all.out()).contains("4 streams");
            assertThat(Call.of("stream", cluster.uri(), "c", "--trim", "--max-length", "1", "--yes")
                            .out())
                    .contains("2 done of 2");
        }
    }

    @Test
    void saysWhatIsWrongWithTheCall() {
        run("SET", "plain", "x");
        append(connection, "orders", 1);
        assertThat(Call.of("stream", uri, "plain").err()).contains("is a string and no stream");
        assertThat(Call.of("stream", uri, "none").err()).contains("There is no key none");
        assertThat(Call.of("stream", uri, "orders", "--claim", "g", "--to", "c").err())
                .contains("has no group g");
        assertThat(Call.of("stream", uri, "orders", "--trim").status()).isEqualTo(Main.USAGE);
        assertThat(Call.of("stream", uri, "orders", "--trim", "--max-age", "7x").err())
                .contains("such as 7d");
        assertThat(Call.of("stream", uri, "orders", "--max-length", "1").status())
                .isEqualTo(Main.USAGE);
        assertThat(Call.of("stream", uri, "orders", "--claim", "g").status()).isEqualTo(Main.USAGE);
        assertThat(Call.of("stream", uri, "--yes").status()).isEqualTo(Main.USAGE);

        server.command("ACL", "SETUSER", "min", "on", ">topsecret", "~*", "+ping", "+info", "+role", "+scan", "+type");
        Call refused = Call.of("stream", uri.replace("//", "//min:topsecret@"), "--seconds", "0");
        assertThat(refused.status()).isEqualTo(Main.FAILED);
        assertThat(refused.out() + refused.err()).contains("refused").doesNotContain("topsecret");
    }

    private Reply run(String name, String... words) {
        Command.Builder command = Command.named(name);
        for (String word : words) {
            command.argument(word);
        }
        return connection.call(command.build()).orThrow(name);
    }

    private static void append(Connection to, String key, int entries) {
        for (int i = 0; i < entries && !Thread.currentThread().isInterrupted(); i++) {
            Reply unused = to.call(Command.named("XADD")
                            .key(key)
                            .argument("*")
                            .argument("f")
                            .argument("secret")
                            .build())
                    .orThrow("XADD");
        }
    }

    private void group(String key, String group) {
        run("XGROUP", "CREATE", key, group, "0");
    }

    private void read(String key, String group, String consumer, int count) {
        run("XREADGROUP", "GROUP", group, consumer, "COUNT", String.valueOf(count), "STREAMS", key, ">");
    }

    private long pending(String consumer) {
        return run("XPENDING", "orders", "billing", "-", "+", "100", consumer)
                .items()
                .size();
    }

    private long length(String key) {
        return run("XLEN", key).number();
    }

    /** Acknowledges what c1 has but one; answers its ID. */
    private String acknowledgeAllBut(int kept) {
        var entries = run("XPENDING", "orders", "billing", "-", "+", "1000").items();
        for (int i = 0; i < entries.size(); i++) {
            if (i != kept) {
                run("XACK", "orders", "billing", entries.get(i).items().get(0).text());
            }
        }
        return entries.get(kept).items().get(0).text();
    }

    private static String[] with(String[] words, String... more) {
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }
}
