package dev.keywright.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Positions that end, races, and failures. */
class GeoMovingTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final GeoOptions LASTING = GeoOptions.DEFAULTS.withTtl(Duration.ofMinutes(10));
    private static final GeoOptions BRIEF = GeoOptions.DEFAULTS.withTtl(Duration.ofSeconds(1));
    private static final Position CENTRE = new Position(13.4, 52.5);
    private static final Area WIDE = Area.circle(Distance.ofKilometres(300));

    private static Position east(int steps) {
        return new Position(13.4 + steps * 0.001, 52.5);
    }

    private static void put(GeoIndex index, String prefix, int from, int count) {
        for (int i = 0; i < count; i += 50) {
            Map<String, Position> some = new HashMap<>();
            for (int j = i; j < Math.min(count, i + 50); j++) {
                some.put(prefix + (from + j), east(from + j));
            }
            index.putAll(some);
        }
    }

    /** Positions that are over are dated back here, as a server would have them after its TTL. */
    private static void end(Redis redis, String prefix, int from, int count) {
        for (int i = from; i < from + count; i += 250) {
            List<String> words = new ArrayList<>(List.of("ZADD", "geo:moving:{cars}:until"));
            for (int j = i; j < Math.min(from + count, i + 250); j++) {
                words.add("1000");
                words.add(prefix + j);
            }
            redis.command(words.toArray(String[]::new));
        }
    }

    @TestTemplate
    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    void whatIsOverIsNotFoundAndDisplacesNothing(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            GeoIndex cars = kw.geo("cars", LASTING);
            put(cars, "car ", 0, 2_600);
            end(redis, "car ", 0, 900); // all of the nearest
            List<Found> found = cars.near(CENTRE, WIDE, 5);
            assertThat(found.stream().map(Found::member))
                    .containsExactly("car 900", "car 901", "car 902", "car 903", "car 904");
            assertThat(redis.command("ZCARD", "geo:moving:{cars}")).isEqualTo("2600"); // nothing had to be swept

            end(redis, "car ", 900, 1_600); // more than a search looks at
            assertThat(cars.nearAsync(CENTRE, WIDE, 3).toCompletableFuture().join().stream()
                            .map(Found::member))
                    .containsExactly("car 2500", "car 2501", "car 2502");
            end(redis, "car ", 2_500, 50);
            assertThat(cars.near(CENTRE, WIDE, 1_000)).hasSize(50);
            assertThat(cars.near("car 2510", WIDE, 3)).isEmpty();
            assertThat(cars.near("car 2560", WIDE, 3)).hasSize(3);
            assertThat(cars.position("car 2510")).isEmpty();
            assertThat(cars.remove("car 2510")).isFalse();
            assertThat(cars.count()).isEqualTo(50);
            assertThat(cars.sweep()).isPositive();
            assertThat(redis.command("ZCARD", "geo:moving:{cars}")).isEqualTo("50");
            assertThat(redis.command("ZCARD", "geo:moving:{cars}:until")).isEqualTo("50");
        }
    }

    @Test
    @WithRedis
    void aPositionEndsByTheClockOfTheServerAndItsKeysWithTheLast(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            GeoIndex cars = kw.geo("cars", BRIEF);
            cars.put("silent", CENTRE);
            await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
                cars.put("reports", CENTRE);
                List<Found> found = cars.near(CENTRE, WIDE, 10);
                return found.size() == 1 && found.get(0).member().equals("reports");
            });
            await().atMost(LONG).until(() -> redis.command("DBSIZE").equals("0"));
            assertThat(cars.near(CENTRE, WIDE, 10)).isEmpty();
            assertThat(cars.count()).isZero();
        }
    }

    /** Otherwise members that are put once would add up for as long as others are put. */
    @Test
    @WithRedis
    void aPutDropsMoreThanItPuts(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            GeoIndex cars = kw.geo("cars", LASTING);
            for (int i = 0; i < 10; i++) {
                put(cars, "car ", i * 50, 50);
                end(redis, "car ", i * 50, 50);
            }
            assertThat(redis.command("ZCARD", "geo:moving:{cars}")).isEqualTo("50");
        }
    }

    /** Each thread moves things of its own; then all is as if one had done it, seen from two instances. */
    @Test
    @WithRedis
    void concurrentMovesLeaveWhatTheModelSays(Standalone redis) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            for (GeoOptions options : List.of(GeoOptions.DEFAULTS, LASTING)) {
                List<GeoIndex> both = List.of(kw.geo("race", options), other.geo("race", options));
                List<Callable<Map<String, Position>>> tasks = IntStream.range(0, 6)
                        .<Callable<Map<String, Position>>>mapToObj(thread -> () -> work(both.get(thread % 2), thread))
                        .toList();
                Map<String, Position> model = new HashMap<>();
                for (Future<Map<String, Position>> each : threads.invokeAll(tasks)) {
                    model.putAll(each.get());
                }
                for (GeoIndex index : both) {
                    assertThat(index.count()).isEqualTo(model.size());
                    List<Found> found = index.near(CENTRE, WIDE, 1_000);
                    assertThat(found).hasSize(model.size());
                    assertThat(found).isSortedAccordingTo(Comparator.comparing(Found::distance));
                    for (Found each : found) {
                        assertThat(each.position()
                                        .distanceTo(model.get(each.member()))
                                        .metres())
                                .isLessThan(0.6);
                    }
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Map<String, Position> work(GeoIndex index, int thread) {
        Random random = new Random(thread);
        Map<String, Position> model = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            String member = thread + ":" + random.nextInt(12);
            if (random.nextInt(3) == 0) {
                boolean there = model.remove(member) != null;
                assertThat(index.remove(member)).isEqualTo(there);
            } else {
                Position position = new Position(13 + random.nextDouble(), 52 + random.nextDouble());
                index.put(member, position);
                model.put(member, position);
            }
        }
        return model;
    }

    @Test
    @WithRedis
    void lostAnswersAndForgottenScriptsAreMadeUpFor(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            GeoIndex cars = kw.geo("cars", LASTING.withDeadline(Duration.ofSeconds(20)));
            cars.put("car", CENTRE);
            proxy.cutAfterNextRequest("EVALSHA");
            cars.put("car", east(1));
            redis.command("SCRIPT", "FLUSH");
            assertThat(cars.near(CENTRE, WIDE, 10)).hasSize(1);
            assertThat(cars.position("car").orElseThrow().distanceTo(east(1)).metres())
                    .isLessThan(1);
            assertThat(proxy.cuts()).isEqualTo(1);
        }
    }

    @Test
    @WithRedis
    void aFrozenServerIsAnErrorInTime(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            GeoIndex cars = kw.geo("cars", LASTING.withDeadline(Duration.ofMillis(200)));
            await().ignoreExceptionsInstanceOf(KeywrightException.class).until(() -> {
                cars.put("car", CENTRE);
                return true;
            });
            redis.freeze();
            assertThatThrownBy(() -> cars.put("car", east(2))).isInstanceOf(KeywrightException.Unavailable.class);
            assertThatThrownBy(() -> cars.near(CENTRE, WIDE, 1)).isInstanceOf(KeywrightException.Unavailable.class);
            redis.thaw();
            await().atMost(LONG)
                    .ignoreExceptionsInstanceOf(KeywrightException.class)
                    .until(() -> cars.near(CENTRE, WIDE, 1).size() == 1);
        }
    }
}
