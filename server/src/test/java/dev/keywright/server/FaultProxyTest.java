package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    private static Standalone redis;

    private FaultProxy proxy;
    private Wire client;

    @BeforeAll
    static void start() {
        redis = Standalone.start();
    }

    @AfterAll
    static void close() {
        redis.close();
    }

    @BeforeEach
    void connect() throws IOException {
        redis.flushAll();
        proxy = FaultProxy.to(redis);
        client = open();
    }

    @AfterEach
    void disconnect() {
        client.close();
        proxy.close();
    }

    @Test
    void isInvisibleWithoutFaults() throws IOException {
        String large = "x".repeat(1_000_000);

        assertThat(proxy.uri()).isEqualTo("redis://127.0.0.1:" + proxy.port());
        assertThat(client.send("SET", "large", large).text()).isEqualTo("OK");
        assertThat(client.send("GET", "large").text()).isEqualTo(large);
    }

    @Test
    void cutDropsConnectionsAndAcceptsNewOnes() throws IOException {
        client.send("PING");
        proxy.cut();

        assertThatThrownBy(() -> client.send("PING")).isInstanceOf(IOException.class);
        try (Wire again = open()) {
            assertThat(again.send("PING").text()).isEqualTo("PONG");
        }
    }

    @Test
    void refuseTurnsNewConnectionsAwayAndKeepsOldOnes() throws IOException {
        client.send("PING");
        proxy.refuse(true);
        assertThatThrownBy(this::open).isInstanceOf(ConnectException.class);
        assertThat(client.send("PING").text()).isEqualTo("PONG");

        proxy.refuse(false);
        try (Wire again = open()) {
            assertThat(again.send("PING").text()).isEqualTo("PONG");
        }
    }

    @Test
    void delayHoldsRepliesBackAndCanBeTakenBack() throws IOException {
        client.send("PING");
        proxy.delay(Duration.ofMillis(120));
        long before = System.nanoTime();
        client.send("PING");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(120), Duration.ofMillis(400));

        proxy.delay(Duration.ZERO);
        before = System.nanoTime();
        client.send("PING");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void droppedRepliesNeverComeAndTheConnectionGoesWhenTheFaultEnds() throws IOException {
        proxy.dropReplies(true);
        try (Wire deaf = Wire.open(proxy.port(), Access.NONE, Duration.ofMillis(150))) {
            assertThatThrownBy(() -> deaf.send("SET", "dropped", "1")).isInstanceOf(SocketTimeoutException.class);
            assertThat(redis.command("GET", "dropped")).isEqualTo("1");

            proxy.dropReplies(false);
            assertThatThrownBy(() -> deaf.send("PING")).isInstanceOf(IOException.class);
        }
        assertThat(client.send("PING").text()).isEqualTo("PONG");
    }

    @Test
    void theReplyIsLostAfterTheCommandRan() throws IOException {
        client.send("SET", "counter", "0");
        for (int i = 1; i <= 50; i++) {
            proxy.cutAfterNextRequest();
            try (Wire one = open()) {
                assertThatThrownBy(() -> one.send("INCR", "counter")).isInstanceOf(IOException.class);
            }
            assertThat(redis.command("GET", "counter")).isEqualTo(Integer.toString(i));
            assertThat(proxy.cuts()).isEqualTo(i);
        }
        assertThat(client.send("INCR", "counter").text())
                .as("other connections and later requests are whole")
                .isEqualTo("51");
    }

    @Test
    void onlyTheNamedCommandLosesItsReply() throws IOException {
        proxy.cutAfterNextRequest("INCR");

        assertThat(client.send("SET", "counter", "1").text()).isEqualTo("OK");
        assertThatThrownBy(() -> client.send("incr", "counter")).isInstanceOf(IOException.class);
        assertThat(redis.command("GET", "counter")).isEqualTo("2");
    }

    @Test
    void repliesToEarlierRequestsOfAPipelineStillArrive() throws IOException {
        proxy.cutAfterNextRequest("INCR");
        try (Socket socket = new Socket(Ports.LOOPBACK, proxy.port())) {
            String pipeline = "SET a 1\r\n".repeat(3) + "INCR a\r\n" + "SET a 7\r\n";
            socket.getOutputStream().write(pipeline.getBytes(StandardCharsets.US_ASCII));
            String replies = new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII);

            assertThat(replies).isEqualTo("+OK\r\n".repeat(3));
            assertThat(end(socket)).isTrue();
        }
    }

    @Test
    void aServerThatIsGoneEndsTheConnection() throws IOException {
        try (Standalone other = Standalone.start();
                FaultProxy toOther = FaultProxy.to("127.0.0.1", other.port());
                Wire wire = Wire.open(toOther.port(), Access.NONE, Duration.ofSeconds(2))) {
            wire.send("PING");
            other.kill();
            assertThatThrownBy(() -> wire.send("PING")).isInstanceOf(IOException.class);
            other.restart();
            try (Wire again = Wire.open(toOther.port(), Access.NONE, Duration.ofSeconds(2))) {
                assertThat(again.send("PING").text()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void closeDropsConnectionsFreesThePortAndEndsItsThreads() throws IOException {
        client.send("PING");
        proxy.close();

        assertThatThrownBy(() -> client.send("PING")).isInstanceOf(IOException.class);
        assertThatThrownBy(this::open).isInstanceOf(ConnectException.class);
        String name = "keywright-proxy-" + proxy.port();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith(name)));
    }

    private Wire open() throws IOException {
        return Wire.open(proxy.port(), Access.NONE, Duration.ofSeconds(2));
    }

    private static boolean end(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
