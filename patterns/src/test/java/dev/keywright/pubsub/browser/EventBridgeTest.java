package dev.keywright.pubsub.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.pubsub.DurableTopic;
import dev.keywright.pubsub.Topic;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Browsers, as far as they matter here: sockets that ask for events. */
@WithRedis
class EventBridgeTest {

    /** One who listens. */
    private record Visitor(Socket socket, BufferedReader reader) {

        static Visitor at(EventBridge bridge, String path, String... headers) throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), bridge.port());
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: here\r\n" + String.join("", headers) + "\r\n")
                            .getBytes(UTF_8));
            return new Visitor(socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
        }

        /** The next event, such as {@code message hello}. */
        String next() throws IOException {
            String line = reader.readLine();
            while (!line.startsWith("event: ")) {
                line = reader.readLine();
            }
            StringBuilder event = new StringBuilder(line.substring(7));
            for (line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
                if (line.startsWith("data: ")) {
                    event.append(' ').append(line.substring(6));
                }
            }
            return event.toString();
        }
    }

    @Test
    void everyBrowserGetsEveryMessageAndNewsOfGaps(Redis redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri());
                EventBridge bridge = new EventBridge(kw.topic("news", Codecs.string()), 0)) {
            List<Visitor> visitors = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                visitors.add(Visitor.at(bridge, "/events"));
            }
            await().until(() -> bridge.browsers() == 200);
            Topic<String> topic = kw.topic("news", Codecs.string());
            assertThat(topic.publish("two\nlines")).hasValue(1);
            for (Visitor visitor : visitors) {
                assertThat(visitor.next()).isEqualTo("message two lines");
            }
            redis.nodes().get(0).command("CLIENT", "KILL", "TYPE", "pubsub");
            for (Visitor visitor : visitors) {
                assertThat(visitor.next()).isEqualTo("gap messages may be missing");
                visitor.socket().close();
            }
            await().until(() -> bridge.browsers() == 0);
        }
    }

    @Test
    void aBrowserThatDoesNotReadHoldsUpNobody(Redis redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri());
                EventBridge bridge = new EventBridge(kw.topic("news", Codecs.string()), 0)) {
            Topic<String> topic = kw.topic("news", Codecs.string());
            Visitor asleep = Visitor.at(bridge, "/events");
            Visitor awake = Visitor.at(bridge, "/events");
            await().until(() -> bridge.browsers() == 2);
            String large = "x".repeat(20_000);
            for (int hundred = 0; hundred < 20; hundred++) {
                for (int i = 0; i < 100; i++) {
                    CompletionStage<?> unused = topic.publishAsync(large + i);
                }
                for (int i = 0; i < 100; i++) {
                    assertThat(awake.next()).isEqualTo("message " + large + i);
                }
            }
            topic.publish("last");
            List<String> heard = new ArrayList<>();
            for (String event = asleep.next(); !event.equals("message last"); event = asleep.next()) {
                heard.add(event);
            }
            assertThat(heard).contains("gap messages may be missing").hasSizeLessThan(2_000);
        }
    }

    @Test
    void ofADurableTopicABrowserGoesOnWhereItWasAlsoAtARestartedBridge(Redis redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            DurableTopic<String> topic = kw.durableTopic("news", Codecs.string());
            String first = topic.publish("m0");
            try (EventBridge bridge = new EventBridge(topic, 0)) {
                assertThat(Visitor.at(bridge, "/events").next()).isEqualTo("message m0");
            }
            topic.publish("m1");
            try (EventBridge bridge = new EventBridge(topic, 0)) {
                Visitor back = Visitor.at(bridge, "/events", "Last-Event-ID: " + first + "\r\n");
                Visitor lagging = Visitor.at(bridge, "/events", "Last-Event-ID: 1-1\r\n");
                assertThat(back.next()).isEqualTo("message m1");
                String last = topic.publish("m2");
                assertThat(back.next()).isEqualTo("message m2");
                Visitor uptodate = Visitor.at(bridge, "/events", "last-event-id: " + last + "\r\n");
                topic.publish("m3");
                assertThat(back.next()).isEqualTo("message m3");
                assertThat(uptodate.next()).isEqualTo("message m3");
                List<String> all = new ArrayList<>();
                for (String event = lagging.next(); !event.equals("message m3"); event = lagging.next()) {
                    all.add(event);
                }
                assertThat(all).endsWith("message m0", "message m1", "message m2");
            }
        }
    }

    @Test
    void whoComesBackForWhatIsGoneIsToldOfTheGap(Redis redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri());
                EventBridge bridge = new EventBridge(kw.durableTopic("news", Codecs.string()), 0)) {
            kw.durableTopic("news", Codecs.string()).publish("m0");
            assertThat(Visitor.at(bridge, "/events").next()).isEqualTo("message m0");
            Visitor late = Visitor.at(bridge, "/events", "Last-Event-ID: 1-1\r\n");
            assertThat(List.of(late.next(), late.next())).containsExactly("gap messages may be missing", "message m0");
        }
    }

    @Test
    void thePageAndNothingElseIsThere(Redis redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri());
                EventBridge bridge = new EventBridge(kw.topic("news", Codecs.string()), 0)) {
            assertThat(Visitor.at(bridge, "/").reader().lines()).contains("HTTP/1.1 200 OK", "<title>Topic</title>");
            assertThat(Visitor.at(bridge, "/other").reader().lines()).contains("HTTP/1.1 404 Not Found");
        }
    }
}
