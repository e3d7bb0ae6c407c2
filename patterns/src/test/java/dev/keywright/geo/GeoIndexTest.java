package dev.keywright.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** What the operations do, of places that stay and of things that move. */
class GeoIndexTest {

    private static final GeoOptions MOVING = GeoOptions.DEFAULTS.withTtl(Duration.ofMinutes(1));
    private static final List<GeoOptions> BOTH = List.of(GeoOptions.DEFAULTS, MOVING);
    private static final Position BERLIN = new Position(13.4050, 52.5200);
    private static final Position POTSDAM = new Position(13.0645, 52.3906);
    private static final Position HAMBURG = new Position(9.9937, 53.5511);
    private static final Offset<Double> METRE = within(1.0);

    private static List<String> names(List<Found> found) {
        return found.stream().map(Found::member).toList();
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
    void theNearestInACircleOrABoxComeFirst(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (GeoOptions options : BOTH) {
                GeoIndex cities = kw.geo("cities", options);
                cities.put("Berlin", BERLIN);
                cities.putAllAsync(Map.of("Potsdam", POTSDAM, "Hamburg", HAMBURG))
                        .toCompletableFuture()
                        .join();
                Area circle = Area.circle(Distance.ofKilometres(50));
                assertThat(names(cities.near(BERLIN, circle, 10))).containsExactly("Berlin", "Potsdam");
                assertThat(names(cities.near("Potsdam", circle, 10))).containsExactly("Potsdam", "Berlin");
                assertThat(names(cities.nearAsync("Potsdam", circle, 1)
                                .toCompletableFuture()
                                .join()))
                        .containsExactly("Potsdam");
                Area box = Area.box(Distance.ofKilometres(600), Distance.ofKilometres(20));
                assertThat(names(cities.nearAsync(BERLIN, box, 10)
                                .toCompletableFuture()
                                .join()))
                        .containsExactly("Berlin");
                Found potsdam = cities.near(BERLIN, circle, 10).get(1);
                assertThat(potsdam.distance().metres())
                        .isCloseTo(BERLIN.distanceTo(POTSDAM).metres(), METRE);
                assertThat(potsdam.position().distanceTo(POTSDAM).metres()).isLessThan(0.6);
                assertThat(cities.distance("Berlin", "Hamburg").orElseThrow().metres())
                        .isCloseTo(BERLIN.distanceTo(HAMBURG).metres(), METRE);
                assertThat(cities.distanceAsync("Berlin", "nowhere")
                                .toCompletableFuture()
                                .join())
                        .isEmpty();
                assertThat(cities.near("nowhere", circle, 10)).isEmpty();
                assertThat(kw.geo("empty", options).near("nowhere", circle, 10)).isEmpty();
                assertThat(kw.geo("empty", options).near(BERLIN, circle, 10)).isEmpty();

                cities.put("Berlin", HAMBURG); // it moves
                assertThat(names(cities.near(BERLIN, circle, 10))).containsExactly("Potsdam");
                assertThat(cities.count()).isEqualTo(3);
                assertThat(cities.countAsync().toCompletableFuture().join()).isEqualTo(3);
                assertThat(cities.remove("Berlin")).isTrue();
                assertThat(cities.removeAsync("Berlin").toCompletableFuture().join())
                        .isFalse();
                assertThat(cities.position("Berlin")).isEmpty();
                assertThat(cities.positionAsync("Hamburg").toCompletableFuture().join())
                        .isPresent();
                assertThat(cities.positions(List.of("Hamburg", "Berlin", "Potsdam"))
                                .keySet())
                        .containsExactly("Hamburg", "Potsdam");
                assertThat(cities.removeAllAsync(List.of("Hamburg", "Potsdam", "x"))
                                .toCompletableFuture()
                                .join())
                        .isEqualTo(2);
                assertThat(cities.count()).isZero();
                assertThat(cities.sweepAsync().toCompletableFuture().join()).isZero();
            }
        }
    }

    @Test
    @WithRedis
    void theEdgesOfTheRangeAreStoredAndFound(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (GeoOptions options : BOTH) {
                GeoIndex index = kw.geo("edges", options);
                List<Position> edges = List.of(
                        new Position(-180, -85.05112878),
                        new Position(180, 85.05112878),
                        new Position(0, 0),
                        new Position(-180, 85.05112878));
                for (int i = 0; i < edges.size(); i++) {
                    index.put("edge " + i, edges.get(i));
                    assertThat(index.position("edge " + i)
                                    .orElseThrow()
                                    .distanceTo(edges.get(i))
                                    .metres())
                            .isLessThan(1);
                }
                assertThat(index.near(new Position(0, 0), Area.circle(Distance.ofMetres(0.9)), 10))
                        .hasSize(1);
                assertThat(index.near(new Position(0, 0), Area.circle(Distance.ofKilometres(25_000)), 10))
                        .hasSize(4);
            }
        }
    }

    @Test
    @WithRedis
    void acrossTheDateLineACircleFindsBothSides(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            GeoIndex index = kw.geo("fiji");
            index.putAll(Map.of("west", new Position(179.99, -17), "east", new Position(-179.99, -17)));
            assertThat(names(index.near(new Position(179.999, -17), Area.circle(Distance.ofKilometres(10)), 10)))
                    .containsExactly("west", "east");
            assertThat(names(index.near("east", Area.circle(Distance.ofKilometres(10)), 10)))
                    .containsExactly("east", "west");
        }
    }

    @Test
    @WithRedis
    void anyBytesAreMembers(Standalone redis) {
        StringBuilder all = new StringBuilder();
        for (char each = 0; each < 256; each++) {
            all.append(each);
        }
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (GeoOptions options : BOTH) {
                GeoIndex index = kw.geo("bytes", options.withCharset(StandardCharsets.ISO_8859_1));
                List<String> members = List.of(all.toString(), "-", "\0", "FROMMEMBER", "%s\r\n");
                for (String member : members) {
                    index.put(member, BERLIN);
                    assertThat(index.position(member)).isPresent();
                    assertThat(names(index.near(member, Area.circle(Distance.ofMetres(1)), 10)))
                            .contains(member);
                }
                assertThat(names(index.near(BERLIN, Area.circle(Distance.ofMetres(10)), 10)))
                        .containsExactlyInAnyOrderElementsOf(members);
                assertThat(index.removeAll(members)).isEqualTo(5);
            }
        }
    }

    @Test
    @WithRedis
    void whatIsOutOfRangeIsRefused(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            GeoIndex index = kw.geo("a");
            Area area = Area.circle(Distance.ofFeet(1));
            Map<String, Position> many = new HashMap<>();
            IntStream.range(0, 501).forEach(i -> many.put("m" + i, BERLIN));
            List<Runnable> bad = List.of(
                    () -> new Position(180.0001, 0),
                    () -> new Position(0, 85.0512),
                    () -> new Position(0, -85.0512),
                    () -> new Position(Double.NaN, 0),
                    () -> new Position(0, Double.NaN),
                    () -> new Position(Double.NEGATIVE_INFINITY, 0),
                    () -> Distance.ofMetres(-1),
                    () -> Distance.ofMiles(Double.NaN),
                    () -> Distance.ofKilometres(Double.MAX_VALUE),
                    () -> index.near(BERLIN, area, 0),
                    () -> index.near(BERLIN, area, 1_001),
                    () -> index.put("", BERLIN),
                    () -> index.put("\uD83D", BERLIN),
                    () -> index.putAll(many),
                    () -> index.positions(Collections.nCopies(1_001, "x")),
                    () -> GeoOptions.DEFAULTS.withTtl(Duration.ofMillis(999)),
                    () -> GeoOptions.DEFAULTS.withDeadline(Duration.ZERO),
                    () -> GeoOptions.DEFAULTS.withCharset(StandardCharsets.UTF_16),
                    () -> kw.geo(""));
            for (Runnable each : bad) {
                assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
            }
            index.putAll(Map.of());
            assertThat(index.removeAll(List.of())).isZero();
            assertThat(index.positions(List.of())).isEmpty();
        }
    }

    @Test
    void unitsAreThoseOfTheirNames() {
        assertThat(Distance.ofKilometres(1.5).metres()).isEqualTo(1_500);
        assertThat(Distance.ofMiles(1).metres()).isEqualTo(1_609.344);
        assertThat(Distance.ofFeet(1).metres()).isEqualTo(0.3048);
        assertThat(Distance.ofMetres(500).kilometres()).isEqualTo(0.5);
        assertThat(Distance.ofMetres(1_609.344).miles()).isEqualTo(1);
        assertThat(Distance.ofMetres(3.048).feet()).isCloseTo(10, within(1e-9));
        assertThat(Distance.ofMetres(1)).isLessThan(Distance.ofMetres(2));
    }

    @Test
    @WithRedis
    void aKeyOfAnotherTypeIsAnErrorAndNothingIsWritten(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (String key : List.of("geo:{a}", "geo:moving:{a}", "geo:moving:{a}:until")) {
                redis.flushAll();
                redis.command("SET", key, "mine");
                GeoIndex index = kw.geo("a", key.contains("moving") ? MOVING : GeoOptions.DEFAULTS);
                assertThatThrownBy(() -> index.put("x", BERLIN)).isInstanceOf(KeywrightException.Misused.class);
                assertThatThrownBy(() -> index.near(BERLIN, Area.circle(Distance.ofMetres(1)), 1))
                        .isInstanceOf(KeywrightException.Misused.class);
                assertThat(redis.command("DBSIZE")).isEqualTo("1");
                assertThat(redis.command("GET", key)).isEqualTo("mine");
            }
        }
    }
}
