package dev.keywright.benchmarks;

import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Caches taking turns on one server, see {@link Race}: 8 threads, 10,000 keys, strings of 100 bytes, 64 operations at once where
 * many go together. Prints Markdown.
 *
 * <p>Arguments: rounds (11), milliseconds per turn (500), operations out of get, put, hot, near, near-roomy (all), contenders (all).
 */
public final class CacheDuel {

    private static final int THREADS = Integer.getInteger("threads", 8);
    private static final String VALUE = "v".repeat(100);

    private final Race race;
    private final Standalone redis;
    private final List<String> wanted;

    private CacheDuel(Standalone redis, Race race, List<String> wanted) {
        this.redis = redis;
        this.race = race;
        this.wanted = wanted;
    }

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        String operations = arguments.length > 2 ? arguments[2] : "get,put,hot,near,near-roomy";
        List<String> wanted = arguments.length > 3 ? List.of(arguments[3].split(",")) : List.of();
        Race.printHead();
        for (String operation : operations.split(",")) {
            try (Standalone redis = Standalone.start()) {
                new CacheDuel(redis, new Race(redis, THREADS, rounds, millis), wanted).run(operation);
            }
        }
    }

    private void run(String operation) throws InterruptedException {
        switch (operation) {
            case "get" -> read(operation, Caches.GETS, keys(10_000));
            case "put" -> write(operation, Caches.PUTS, keys(10_000));
            case "hot" -> read(operation, Caches.HOT, keys(1));
            case "near" -> readNear(operation, keys(10_000), NearCaches.ROOM);
            case "near-roomy" -> readNear(operation, keys(10_000), 40_000);
            default -> throw new IllegalArgumentException(operation);
        }
    }

    private static String[] keys(int count) {
        String[] keys = new String[count];
        Arrays.setAll(keys, i -> "user:" + i);
        return keys;
    }

    private List<String> chosen(List<String> names) {
        return names.stream()
                .filter(name -> wanted.isEmpty() || wanted.contains(name))
                .toList();
    }

    private void read(String operation, List<String> names, String[] keys) throws InterruptedException {
        List<Caches> caches = new ArrayList<>();
        try {
            List<Contender> contenders = new ArrayList<>();
            for (String name : chosen(names)) {
                Caches each = Caches.open(name, redis.uri());
                caches.add(each);
                fill(each, keys);
                contenders.add(new Contender(name, each.isTimed(), () -> each.reading(keys)));
            }
            race.run(operation, contenders);
        } finally {
            caches.forEach(Caches::close);
        }
    }

    private static void fill(Caches caches, String[] keys) {
        for (String key : keys) {
            caches.put(key, VALUE);
        }
    }

    private void write(String operation, List<String> names, String[] keys) throws InterruptedException {
        List<Caches> caches = new ArrayList<>();
        try {
            List<Contender> contenders = new ArrayList<>();
            for (String name : chosen(names)) {
                Caches each = Caches.open(name, redis.uri());
                caches.add(each);
                contenders.add(new Contender(name, each.isTimed(), () -> each.writing(keys, VALUE)));
            }
            race.run(operation, contenders);
        } finally {
            caches.forEach(Caches::close);
        }
    }

    /** One key at a time, as a hit takes less than looking at the clock does. */
    /** Caffeine keeps no books of reads while it is less than half full, so there is a case of each kind. */
    private void readNear(String operation, String[] keys, int room) throws InterruptedException {
        List<NearCaches> caches = new ArrayList<>();
        try {
            List<Contender> contenders = new ArrayList<>();
            for (String name : chosen(NearCaches.NAMES)) {
                NearCaches each = NearCaches.open(name, redis.uri(), room);
                caches.add(each);
                each.fill(keys, VALUE);
                contenders.add(new Contender(name, false, () -> each.reading(keys)));
            }
            System.gc(); // what was filled lies together, as it does in a process that has run for a while
            race.run(operation, contenders);
        } finally {
            caches.forEach(NearCaches::close);
        }
    }
}
