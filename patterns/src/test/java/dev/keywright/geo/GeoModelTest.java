package dev.keywright.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.Keywright;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Searches against distances counted one by one: in the middle, near the poles, and across the date line. */
class GeoModelTest {

    private static final double NORTH = 85.05;

    private static Position random(Random random, double west, double east, double south, double north) {
        double longitude = west + random.nextDouble() * (east - west);
        return new Position(
                longitude > 180 ? longitude - 360 : longitude, south + random.nextDouble() * (north - south));
    }

    @Test
    @WithRedis
    void aCircleFindsAllThatAreSoNearAndNoOtherAwayFromThePoles(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Random random = new Random(7);
            double[][] places = {
                {-180, 180, 78, NORTH}, {-180, 180, -NORTH, -78}, {170, 190, -30, 30}, {-180, 180, -60, 60}
            };
            for (int place = 0; place < places.length; place++) {
                double[] edges = places[place];
                GeoIndex index = kw.geo("place " + place, GeoOptions.DEFAULTS.withTtl(Duration.ofMinutes(10)));
                Map<String, Position> model = new HashMap<>();
                for (int i = 0; i < 400; i++) {
                    model.put("m" + i, random(random, edges[0], edges[1], edges[2], edges[3]));
                    if (model.size() % 50 == 0) {
                        index.putAll(some(model, i - 49));
                    }
                }
                for (int i = 0; i < 20; i++) {
                    Position centre = random(random, edges[0], edges[1], edges[2], edges[3]);
                    double metres = Math.pow(10, 4 + random.nextDouble() * 2.7);
                    Set<String> sure = new TreeSet<>();
                    Set<String> possible = new TreeSet<>();
                    model.forEach((member, position) -> {
                        double away = centre.distanceTo(position).metres();
                        if (away < metres - 1) {
                            sure.add(member);
                        }
                        if (away < metres + 1) {
                            possible.add(member);
                        }
                    });
                    Set<String> found = index.near(centre, Area.circle(Distance.ofMetres(metres)), 1_000).stream()
                            .map(Found::member)
                            .collect(Collectors.toSet());
                    sure.removeAll(found);
                    found.removeAll(possible);
                    if (Math.abs(centre.latitude()) + metres / 111_000 < 75) { // nearer to the poles Redis misses some
                        assertThat(sure)
                                .as("not found, %s m around %s", metres, centre)
                                .isEmpty();
                    }
                    assertThat(found)
                            .as("beyond, %s m around %s", metres, centre)
                            .isEmpty();
                }
            }
        }
    }

    private static Map<String, Position> some(Map<String, Position> model, int from) {
        Map<String, Position> some = new HashMap<>();
        for (int i = from; i < from + 50; i++) {
            some.put("m" + i, model.getOrDefault("m" + i, new Position(0, 0)));
        }
        return some;
    }

    /** Where the earth is least like the sphere: 110,574 m on WGS 84. */
    @Test
    void aDegreeOfLatitudeAtTheEquatorIsTooLongByLessThanSixThousandths() {
        assertThat(new Position(0, 0).distanceTo(new Position(0, 1)).metres() / 110_574.4)
                .isCloseTo(1.0059, within(0.0001));
        assertThat(new Position(0, 0).distanceTo(new Position(1, 0)).metres() / 111_319.5)
                .isCloseTo(0.9992, within(0.0001));
    }
}
