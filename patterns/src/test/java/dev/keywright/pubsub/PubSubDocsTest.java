package dev.keywright.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The samples of {@code docs/pubsub.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here.
 * {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class PubSubDocsTest {

    private static final Path PAGE = Path.of("../docs/pubsub.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/pubsub/PubSubDocsTest.java");

    private record Price(String product, int cents) {}

    private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();

    private void show(Price price) {
        shown.add(price.product() + " " + price.cents());
    }

    private void loadAllPrices() {
        shown.add("loaded");
    }

    private void store(String product, Price price) {
        shown.add(product + "=" + price.cents());
    }

    private Optional<String> storedPosition() {
        return Optional.empty();
    }

    private void storeWithPosition(Price price, Optional<String> id) {
        shown.add(price.cents() + (id.isPresent() ? " stored" : " lost"));
    }

    @Test
    void samples(Redis redis) throws InterruptedException {
        String uri = redis.uri();
        try (Keywright kw = Keywright.connect(uri)) {
            // docs: first
            Topic<Price> prices = kw.topic("prices", Codecs.json(Price.class));

            AtMostOnceSubscription subscription = prices.subscribe(message -> show(message.value()));

            OptionalLong clients = prices.publish(new Price("shoes", 4999));
            // docs: end
            assertThat(clients).hasValue(1);
            assertThat(shown.take()).isEqualTo("shoes 4999");
            subscription.close();
            // docs: gaps
            prices.subscribe(new TopicListener<>() {
                @Override
                public void message(Message<Price> message) {
                    show(message.value());
                }

                @Override
                public void gap(Gap gap) {
                    loadAllPrices(); // something may have been missed just here
                }
            });
            // docs: end
            redis.nodes().get(0).command("CLIENT", "KILL", "TYPE", "pubsub");
            assertThat(shown.take()).isEqualTo("loaded");
            // docs: options
            ListenerOptions newest = ListenerOptions.DEFAULTS
                    .withCapacity(100) // messages that wait
                    .withOverflow(Overflow.DROP_OLDEST);
            prices.subscribe(message -> show(message.value()), newest);
            // docs: end
            // docs: patterns
            TopicPattern<Price> all = kw.topics("price.*", Codecs.json(Price.class));
            all.subscribe(message -> store(message.topic(), message.value()));
            // docs: end
            kw.topic("price.shoes", Codecs.json(Price.class)).publish(new Price("shoes", 1));
            assertThat(shown.take()).isEqualTo("price.shoes=1");
            // docs: sharded
            Topic<Price> room = kw.shardedTopic("room:1001", Codecs.json(Price.class));
            // docs: end
            assertThat(room.publish(new Price("hat", 1))).hasValue(0);
            // docs: durable
            DurableTopic<Price> changes = kw.durableTopic(
                    "changes", DurableOptions.youngerThan(Duration.ofDays(1)), Codecs.json(Price.class));

            String id = changes.publish(new Price("shoes", 4499));

            Start start = storedPosition().map(Start::after).orElse(Start.beginning());
            DurableSubscription reading =
                    changes.subscribe(start, message -> storeWithPosition(message.value(), message.id()));
            // docs: end
            assertThat(shown.take()).isEqualTo("4499 stored");
            assertThat(id).contains("-");
            reading.close();
            // docs: moment
            changes.subscribe(Start.at(Instant.now().minus(Duration.ofHours(1))), message -> show(message.value()));
            // docs: end
            assertThat(shown.take()).isEqualTo("shoes 4499");
        }
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> regions = regions();
        String page = Files.readString(PAGE, UTF_8);
        Matcher fence = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        StringBuilder written = new StringBuilder();
        Map<String, String> shown = new LinkedHashMap<>();
        while (fence.find()) {
            shown.put(fence.group(1), fence.group(2));
            String code = regions.getOrDefault(fence.group(1), fence.group(2));
            fence.appendReplacement(
                    written,
                    Matcher.quoteReplacement("<!-- sample: " + fence.group(1) + " -->\n```java\n" + code + "```"));
        }
        fence.appendTail(written);
        if (Boolean.getBoolean("keywright.docs.write")) {
            Files.writeString(PAGE, written, UTF_8);
        } else {
            assertThat(shown).isEqualTo(regions);
        }
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            regions.put(region.group(2), region.group(3).replaceAll("(?m)^" + region.group(1), ""));
        }
        return regions;
    }
}
