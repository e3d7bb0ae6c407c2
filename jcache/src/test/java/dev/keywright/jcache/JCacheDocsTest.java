package dev.keywright.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.Test;

/** The sample of {@code docs/jcache.md} is what stands between the comments below, run here. */
@WithRedis
class JCacheDocsTest {

    private static final Path PAGE = Path.of("../docs/jcache.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/jcache/JCacheDocsTest.java");

    record Order(String id, int cents) implements Serializable {}

    @Test
    void use(Redis redis) {
        String uri = redis.uri();
        // docs: use
        CachingProvider provider = Caching.getCachingProvider("dev.keywright.jcache.KeywrightCachingProvider");
        CacheManager manager = provider.getCacheManager(URI.create(uri), null);
        Cache<String, Order> orders = manager.createCache(
                "orders",
                new MutableConfiguration<String, Order>()
                        .setTypes(String.class, Order.class)
                        .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(Duration.ONE_HOUR)));
        orders.put("4711", new Order("4711", 1999));
        Order order = orders.get("4711");
        // docs: end
        assertThat(order).isEqualTo(new Order("4711", 1999));
        manager.close();
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Matcher region = Pattern.compile("( +)// docs: use\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE));
        assertThat(region.find()).isTrue();
        String code = region.group(2).replaceAll("(?m)^" + region.group(1), "");
        assertThat(Files.readString(PAGE)).contains("```java\n" + code + "```");
    }
}
