package dev.keywright.ops.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What values, members, fields and scores consist of: texts of given lengths, or integers, which the server keeps in 0 to 9
 * bytes wherever a text is the decimal form of a 64-bit number.
 */
public sealed interface Content {

    /**
     * Pieces that take the same room, and their share of all.
     *
     * @param bytes length as text
     * @param number one of them, where they are integers
     */
    record Piece(long bytes, boolean integer, long number, double weight) {}

    /** Kinds of pieces; weights add up to 1. */
    List<Piece> pieces();

    /** Texts, none of which is an integer. */
    record Text(Sizes lengths) implements Content {
        @Override
        public List<Piece> pieces() {
            return lengths.shares().stream()
                    .map(share -> new Piece(share.size(), false, 0, share.weight()))
                    .toList();
        }
    }

    /** Integers in decimal form, evenly from {@code low} to {@code high}, both included. */
    record Integers(long low, long high) implements Content {
        public Integers {
            if (high < low) {
                throw new IllegalArgumentException(
                        "integers end at " + high + ", before " + low + "; give the smaller first");
            }
        }

        @Override
        public List<Piece> pieces() {
            double span = (double) high - low + 1;
            List<Piece> pieces = new ArrayList<>();
            long from = low;
            for (long next : Numbers.BOUNDS.tailSet(low, false)) {
                if (next > high) {
                    break;
                }
                pieces.add(piece(from, next - 1, span));
                from = next;
            }
            pieces.add(piece(from, high, span));
            return pieces;
        }

        private static Piece piece(long from, long to, double span) {
            return new Piece(Long.toString(to).length(), true, to, ((double) to - from + 1) / span);
        }
    }

    /** As often as in this list of real texts. */
    record Sample(List<String> seen) implements Content {
        public Sample {
            seen = List.copyOf(seen);
            if (seen.isEmpty()) {
                throw new IllegalArgumentException("a sample of no texts; give at least one");
            }
        }

        @Override
        public List<Piece> pieces() {
            Map<Piece, Integer> counts = new LinkedHashMap<>();
            seen.forEach(text -> counts.merge(piece(text), 1, Integer::sum));
            return counts.entrySet().stream()
                    .map(count -> new Piece(
                            count.getKey().bytes(),
                            count.getKey().integer(),
                            count.getKey().number(),
                            (double) count.getValue() / seen.size()))
                    .toList();
        }

        private static Piece piece(String text) {
            long bytes = text.getBytes(StandardCharsets.UTF_8).length;
            return Numbers.isInteger(text)
                    ? new Piece(bytes, true, Long.parseLong(text), 0)
                    : new Piece(bytes, false, 0, 0);
        }
    }

    /** Several contents by their shares of all, which add up to 1. */
    record Mix(Map<Content, Double> parts) implements Content {
        public Mix {
            parts = Map.copyOf(parts);
        }

        @Override
        public List<Piece> pieces() {
            List<Piece> pieces = new ArrayList<>();
            parts.forEach((content, share) -> content.pieces()
                    .forEach(piece -> pieces.add(
                            new Piece(piece.bytes(), piece.integer(), piece.number(), piece.weight() * share))));
            return pieces;
        }
    }

    static Content text(long bytes) {
        return new Text(Sizes.of(bytes));
    }
}
