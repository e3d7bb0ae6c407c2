package dev.keywright.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A member of a sorted set and its score, a whole number. The natural order is that of the pages: highest score first, and among equal
 * ones the higher member first, byte by byte.
 */
public record Entry(String member, long score) implements Comparable<Entry> {

    @Override
    public int compareTo(Entry other) {
        return score == other.score
                ? Arrays.compareUnsigned(other.member.getBytes(UTF_8), member.getBytes(UTF_8))
                : Long.compare(other.score, score);
    }

    /** As text that begins the next page. */
    public String cursor() {
        return score + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(member.getBytes(UTF_8));
    }

    /** @throws IllegalArgumentException when it is none that {@link #cursor()} gave */
    public static Entry at(String cursor) {
        int dot = cursor.indexOf('.');
        try {
            long score = Long.parseLong(cursor.substring(0, dot));
            byte[] member =
                    Base64.getUrlDecoder().decode(cursor.substring(dot + 1).getBytes(StandardCharsets.US_ASCII));
            return new Entry(new String(member, UTF_8), score);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "The cursor is none of a page before; give the one that came with the last page", e);
        }
    }
}
