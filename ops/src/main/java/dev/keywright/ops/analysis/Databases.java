package dev.keywright.ops.analysis;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the keys of each database add up to. Beyond a thousand databases the others are one, number -1. One thread. */
final class Databases {

    /** Of one database. */
    static final class Database {
        private final int number;
        private long keys;
        private long bytes;
        private long expiring;

        private Database(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        long keys() {
            return keys;
        }

        long bytes() {
            return bytes;
        }

        long expiring() {
            return expiring;
        }

        private void add(Database other) {
            keys += other.keys;
            bytes += other.bytes;
            expiring += other.expiring;
        }
    }

    private static final int MOST = 1_000;
    private static final int OTHERS = -1;

    private final Map<Integer, Database> all = new TreeMap<>();
    private Database last = new Database(OTHERS);

    void add(Key key) {
        if (last.number != key.database() || last.keys == 0) {
            last = of(key.database());
        }
        last.keys++;
        last.bytes += key.bytes();
        if (key.expires()) {
            last.expiring++;
        }
    }

    private Database of(int number) {
        Database known = all.get(number);
        if (known != null) {
            return known;
        }
        return all.computeIfAbsent(all.size() < MOST ? number : OTHERS, Database::new);
    }

    void add(Databases other) {
        other.all.values().forEach(database -> of(database.number).add(database));
    }

    /** By number. */
    List<Database> all() {
        return List.copyOf(all.values());
    }
}
