package dev.keywright.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What happens to calls when the connection breaks under them. */
@WithRedis
class BrokenConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Command INCREMENT = Command.named("INCR").key("n").build();
    private static final Command GET = Command.named("GET").key("n").build();

    @Test
    void x1_aWrittenCallIsNotSentAgainAndItsCallerIsTold(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri())) {
            for (int i = 1; i <= 20; i++) {
                proxy.cutAfterNextRequest("INCR");
                assertThatThrownBy(() -> connection.call(INCREMENT, PATIENCE))
                        .isInstanceOfSatisfying(
                                KeywrightException.Unavailable.class,
                                e -> assertThat(e.outcomeUnknown()).isTrue())
                        .hasMessageContaining("broke before the answer came");
                assertThat(connection.call(GET, PATIENCE).text())
                        .as("executed once")
                        .isEqualTo("" + i);
            }
        }
    }

    @Test
    void x1_alsoAsynchronously(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri())) {
            proxy.cutAfterNextRequest("INCR");
            CompletableFuture<Reply> call = connection.send(INCREMENT, PATIENCE).toCompletableFuture();
            assertThatThrownBy(call::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(connection
                            .send(GET, PATIENCE)
                            .toCompletableFuture()
                            .join()
                            .text())
                    .isEqualTo("1");
        }
    }

    @Test
    void aRepeatableCallIsSentAgain(Standalone redis) {
        Command repeatable = Command.named("SET").key("k").argument("v").buildRepeatable();
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri())) {
            proxy.cutAfterNextRequest("SET");
            assertThat(connection.call(repeatable, PATIENCE).text()).isEqualTo("OK");
            proxy.cutAfterNextRequest("SET");
            assertThat(connection
                            .send(repeatable, PATIENCE)
                            .toCompletableFuture()
                            .join()
                            .text())
                    .isEqualTo("OK");
        }
    }

    @Test
    void aCallThatWasNotSentWaitsForTheNextConnectionWithinItsDeadline(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri())) {
            connection.call(INCREMENT, PATIENCE);
            proxy.refuse(true);
            proxy.cut();
            awaitDisconnected(connection);
            CompletableFuture<Reply> asynchronous =
                    connection.send(INCREMENT, PATIENCE).toCompletableFuture();
            CompletableFuture<Reply> blocking =
                    CompletableFuture.supplyAsync(() -> connection.call(INCREMENT, PATIENCE));
            assertThatThrownBy(() -> connection.call(INCREMENT, Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("Not connected");
            proxy.refuse(false);
            asynchronous.join();
            blocking.join();
            assertThat(connection.call(GET, PATIENCE).text()).isEqualTo("3");
        }
    }

    @Test
    void noMoreCallsWaitThanTheBound(Standalone redis) {
        ConnectionOptions few = ConnectionOptions.DEFAULTS.withMaxWaiting(1);
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri(), few)) {
            proxy.refuse(true);
            proxy.cut();
            awaitDisconnected(connection);
            CompletableFuture<Reply> first = connection.send(GET, PATIENCE).toCompletableFuture();
            await().until(() -> {
                try {
                    connection.call(GET, Duration.ofMillis(50));
                    return false;
                } catch (KeywrightException.Unavailable e) {
                    return e.getMessage().contains("1 calls wait for the connection to return already");
                }
            });
            proxy.refuse(false);
            assertThat(first.handle((reply, failure) -> true).join()).isTrue();
        }
    }

    private static void awaitDisconnected(Connection connection) {
        await().until(() -> {
            try {
                connection.call(GET, Duration.ofMillis(20));
                return false;
            } catch (KeywrightException.Unavailable e) {
                return !e.outcomeUnknown();
            }
        });
    }

    @Test
    void aServerThatComesBackIsFoundAgain(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            connection.call(INCREMENT, PATIENCE);
            redis.kill();
            assertThatThrownBy(() -> connection.call(INCREMENT, Duration.ofMillis(50)))
                    .isInstanceOf(KeywrightException.Unavailable.class);
            redis.restart();
            assertThat(connection.call(Command.named("PING").build(), PATIENCE).text())
                    .isEqualTo("PONG");
        }
    }

    @Test
    void aSessionStaysBroken(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Connection connection = Connection.open(proxy.uri());
                Session session = connection.dedicated()) {
            session.call(Command.named("WATCH").key("k").build(), PATIENCE);
            proxy.cut();
            await().untilAsserted(() -> assertThatThrownBy(() -> session.call(GET, Duration.ofMillis(100)))
                    .isInstanceOf(KeywrightException.Unavailable.class));
            assertThatThrownBy(() -> session.call(GET, PATIENCE)).isInstanceOf(KeywrightException.Unavailable.class);
        }
    }

    @Test
    void saysWhatIsWrongWhenNobodyAnswers() {
        assertThatThrownBy(() -> Connection.open("redis://ann:s3cret@127.0.0.1:1"))
                .isInstanceOf(KeywrightException.Unavailable.class)
                .hasMessageContaining("No Redis at redis://127.0.0.1:1")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Connection.open("redis-cluster://ann:s3cret@127.0.0.1:1"))
                .isInstanceOf(KeywrightException.Unavailable.class)
                .hasMessageContaining("No Redis at redis-cluster://127.0.0.1:1")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void saysWhenThePasswordIsWrong(Standalone redis) {
        redis.command("ACL", "SETUSER", "bob", "on", ">right", "+@all", "~*");
        try {
            assertThatThrownBy(() -> Connection.open("redis://bob:s3cret@127.0.0.1:" + redis.port()))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("refused the user or password: WRONGPASS")
                    .hasMessageNotContaining("..")
                    .hasMessageNotContaining("s3cret");
            try (Connection connection = Connection.open("redis://bob:right@127.0.0.1:" + redis.port())) {
                assertThat(connection.call(Command.named("PING").build()).text())
                        .isEqualTo("PONG");
            }
        } finally {
            redis.command("ACL", "DELUSER", "bob");
        }
    }

    @Test
    void saysThatThePasswordIsMissing() {
        try (Standalone closed = Standalone.start(ServerOptions.DEFAULTS.withDirective("requirepass", "s3cret"))) {
            assertThatThrownBy(() -> Connection.open("redis://127.0.0.1:" + closed.port()))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageEndingWith("it wants one and got none. Put it into the URI.");
        }
    }

    @Test
    void aChannelThatWasRefusedCanBeListenedToOnceItIsAllowed(Standalone redis) {
        redis.command("ACL", "SETUSER", "ear", "on", ">pw", "~*", "resetchannels", "+@all");
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Connection connection = Connection.open("redis://ear:pw@127.0.0.1:" + redis.port())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> connection.listen("news", message -> {}))
                        .isInstanceOf(KeywrightException.Misused.class)
                        .hasMessageContaining("NOPERM");
            }
            redis.command("ACL", "SETUSER", "ear", "&news");
            try (Subscription listening = connection.listen("news", message -> heard.add(new String(message, UTF_8)))) {
                await().until(() -> {
                    redis.command("PUBLISH", "news", "x");
                    return heard.contains("x");
                });
            }
        } finally {
            redis.command("ACL", "DELUSER", "ear");
        }
    }
}
