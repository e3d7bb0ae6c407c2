package dev.keywright.geo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The samples of {@code docs/geo.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here. */
@WithRedis
class GeoDocsTest {

    private static final Path PAGE = Path.of("../docs/geo.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/geo/GeoDocsTest.java");
    private final List<String> shown = new ArrayList<>();

    @Test
    void samples(Redis redis) {
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            GeoIndex cars = kw.geo("cars", GeoOptions.DEFAULTS.withTtl(Duration.ofMinutes(1)));
            cars.put("car 7", new Position(13.4050, 52.5200)); // longitude first, then latitude
            Position here = new Position(13.4100, 52.5200);
            for (Found car : cars.near(here, Area.circle(Distance.ofKilometres(2)), 10)) {
                show(car.member(), car.distance().metres());
            }
        }
        // docs: end
        assertThat(shown).containsExactly("car 7");
        try (Keywright kw = Keywright.connect(uri)) {
            // docs: places
            GeoIndex shops = kw.geo("shops");
            shops.putAll(Map.of("north", new Position(13.40, 52.56), "south", new Position(13.40, 52.48)));
            Area box = Area.box(Distance.ofMiles(20), Distance.ofMiles(12));
            List<Found> around = shops.near("north", box, 5); // itself first
            // docs: end
            assertThat(around).hasSize(2);
        }
    }

    private void show(String member, double metres) {
        assertThat(metres).isBetween(300.0, 400.0);
        shown.add(member);
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Map<String, String> page = new LinkedHashMap<>();
        Matcher fence = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE, UTF_8));
        while (fence.find()) {
            page.put(fence.group(1), fence.group(2));
        }
        assertThat(page).isEqualTo(regions());
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
