package dev.keywright.cart;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * All lines of a cart at one moment. A copy: what is changed in Redis later does not change it.
 *
 * @param id of the cart
 * @param version of these lines: grows with each change, by the server's clock, also when the cart ends and begins again; 0 when empty
 * @param lines in the order of the articles' names
 */
public record Cart(String id, long version, List<Line> lines) {

    public Cart {
        lines = List.copyOf(lines);
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Units of all lines together. */
    public long units() {
        return lines.stream().mapToLong(Line::quantity).sum();
    }

    /** Units by article, such as an inventory reserves them. */
    public Map<String, Long> quantities() {
        Map<String, Long> quantities = new TreeMap<>();
        lines.forEach(line -> quantities.put(line.article(), line.quantity()));
        return Collections.unmodifiableMap(quantities);
    }

    /**
     * The sum of the lines at their prices; empty when one has no price.
     *
     * @throws ArithmeticException beyond 2^63 - 1
     */
    public OptionalLong total() {
        long sum = 0;
        for (Line line : lines) {
            OptionalLong total = line.total();
            if (total.isEmpty()) {
                return total;
            }
            sum = Math.addExact(sum, total.getAsLong());
        }
        return OptionalLong.of(sum);
    }

    /**
     * What cannot be had: for each article of which fewer are free than are in the cart, how many are missing. It holds for the moment at
     * which the numbers were read; a cart reserves nothing.
     *
     * @param free units by article; none of those that are not in it
     */
    public Map<String, Long> missing(Map<String, Long> free) {
        Map<String, Long> missing = new TreeMap<>();
        for (Line line : lines) {
            long lacking = line.quantity() - Math.max(0, free.getOrDefault(line.article(), 0L));
            if (lacking > 0) {
                missing.put(line.article(), lacking);
            }
        }
        return Collections.unmodifiableMap(missing);
    }
}
