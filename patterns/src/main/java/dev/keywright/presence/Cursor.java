package dev.keywright.presence;

import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How far the events of each partition were read. The last entry that was read is asked for once more: when it is not there any more,
 * those after it may be missing as well.
 *
 * @param places one for each partition: an id of a stream, with {@code ~} before it when there need not be such an entry
 */
record Cursor(List<String> places) {

    private static final String START = "~0-0";
    private static final Pattern PLACE = Pattern.compile("~?\\d{1,20}-\\d{1,20}");

    static Cursor parse(String text, int partitions) {
        List<String> places = new ArrayList<>();
        if (text.isEmpty()) {
            for (int i = 0; i < partitions; i++) {
                places.add(START);
            }
        } else {
            places.addAll(List.of(text.split(",", -1)));
        }
        if (places.size() != partitions
                || !places.stream().allMatch(place -> PLACE.matcher(place).matches())) {
            throw new IllegalArgumentException("That is no cursor of a presence with " + partitions
                    + " partitions; give one that it gave, or an empty text for the oldest event that is kept");
        }
        return new Cursor(List.copyOf(places));
    }

    /** From what XREVRANGE answered. */
    static String latest(List<Reply> answers) {
        List<String> places = new ArrayList<>();
        for (Reply answer : answers) {
            places.add(end(answer));
        }
        return String.join(",", places);
    }

    /** Of one partition. After a failover it may be before the cursor, and more events may come there. */
    static String end(Reply answer) {
        List<Reply> entries = answer.items();
        return entries.isEmpty() ? START : entries.get(0).items().get(0).text();
    }

    boolean mustBeThere(int partition) {
        return !places.get(partition).startsWith("~");
    }

    String id(int partition) {
        String place = places.get(partition);
        return mustBeThere(partition) ? place : place.substring(1);
    }
}
