package dev.keywright.flag;

import dev.keywright.connection.Reply;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Some users of a group, as they were read. Immutable. */
sealed interface Page {

    default boolean has(int place) {
        return false;
    }

    default boolean has(String name) {
        return false;
    }

    int size();

    /** Adds all its users, as text; numbers are those of the page of that number. */
    void list(long page, List<String> users);

    /** What was read of the page of that number. */
    static Page of(long number, Reply read) {
        if (read instanceof Reply.Text bits) {
            return new Dense(bits.bytes());
        }
        if (number < 0) {
            return new Named(read.items().stream().map(Reply::text).collect(Collectors.toUnmodifiableSet()));
        }
        return new Sparse(read.items());
    }

    /** Places in ascending order. */
    final class Sparse implements Page {

        private final char[] places;

        Sparse(Iterable<Reply> read) {
            StringBuilder all = new StringBuilder();
            read.forEach(place -> all.append((char) Integer.parseInt(place.text())));
            this.places = all.toString().toCharArray();
            Arrays.sort(places);
        }

        @Override
        public boolean has(int place) {
            return Arrays.binarySearch(places, (char) place) >= 0;
        }

        @Override
        public int size() {
            return places.length;
        }

        @Override
        public void list(long page, List<String> users) {
            for (char place : places) {
                users.add(Long.toString(page << Users.PAGE_BITS | place));
            }
        }
    }

    /** One bit for each place, the first one the highest of its byte, as Redis has it. */
    final class Dense implements Page {

        private final byte[] bits;
        private final int size;

        Dense(byte[] bits) {
            this.bits = bits;
            int count = 0;
            for (byte each : bits) {
                count += Integer.bitCount(each & 0xff);
            }
            this.size = count;
        }

        @Override
        public boolean has(int place) {
            int at = place >>> 3;
            return at < bits.length && (bits[at] >>> 7 - (place & 7) & 1) == 1;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void list(long page, List<String> users) {
            for (int place = 0; place < bits.length * 8; place++) {
                if (has(place)) {
                    users.add(Long.toString(page << Users.PAGE_BITS | place));
                }
            }
        }
    }

    /** Users that are no numbers. */
    final class Named implements Page {

        private final Set<String> names;

        Named(Set<String> names) {
            this.names = names;
        }

        @Override
        public boolean has(String name) {
            return names.contains(name);
        }

        @Override
        public int size() {
            return names.size();
        }

        @Override
        public void list(long page, List<String> users) {
            users.addAll(names);
        }
    }
}
