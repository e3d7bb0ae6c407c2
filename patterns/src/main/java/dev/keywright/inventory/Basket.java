package dev.keywright.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Products and how many of each: whole numbers, 1 to 2^53 - 1. Immutable.
 *
 * @param quantities by product, in the order of their names; 1 to 1,000 products
 */
public record Basket(Map<String, Long> quantities) {

    static final long MOST = (1L << 53) - 1;
    private static final int MOST_PRODUCTS = 1_000;

    public Basket {
        if (quantities.isEmpty() || quantities.size() > MOST_PRODUCTS) {
            throw new IllegalArgumentException(
                    "The basket holds " + quantities.size() + " products; give 1 to " + MOST_PRODUCTS);
        }
        TreeMap<String, Long> sorted = new TreeMap<>(quantities);
        sorted.forEach((product, quantity) -> {
            bytes("product", product);
            checkQuantity(product, quantity);
        });
        quantities = Collections.unmodifiableSortedMap(sorted);
    }

    public static Basket of(String product, long quantity) {
        return new Basket(Map.of(product, quantity));
    }

    /** This and so many more of that product. */
    public Basket and(String product, long quantity) {
        checkQuantity(product, quantity);
        TreeMap<String, Long> more = new TreeMap<>(quantities);
        more.merge(product, quantity, Math::addExact);
        return new Basket(more);
    }

    static void checkQuantity(String product, long quantity) {
        if (quantity < 1 || quantity > MOST) {
            throw new IllegalArgumentException(
                    "The quantity of " + product + " is " + quantity + "; give a whole number from 1 to 2^53 - 1");
        }
    }

    /** A name as it travels; two names never give the same bytes. */
    static byte[] bytes(String what, String name) {
        byte[] bytes = name.getBytes(UTF_8);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("The " + what + " is empty; give its name");
        }
        if (hasSurrogates(name) && !new String(bytes, UTF_8).equals(name)) {
            throw new IllegalArgumentException("The " + what + " is no text: it holds half a character");
        }
        return bytes;
    }

    private static boolean hasSurrogates(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isSurrogate(name.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** {@code 2x5:shoes} for each, in the order of their names. */
    byte[] text() {
        StringBuilder text = new StringBuilder(32 * quantities.size());
        quantities.forEach((product, quantity) -> text.append(quantity)
                .append('x')
                .append(length(product))
                .append(':')
                .append(product));
        return text.toString().getBytes(UTF_8);
    }

    /** In bytes of UTF-8. */
    private static int length(String name) {
        int length = name.length();
        for (int i = 0; i < name.length(); i++) {
            char one = name.charAt(i);
            if (one >= 0x80) { // half of a pair takes two bytes, as the pair takes four
                length += one < 0x800 || Character.isSurrogate(one) ? 1 : 2;
            }
        }
        return length;
    }

    /** Reads what {@link #text()} wrote; quantities may be negative where the journal tells of an adjustment. */
    static Map<String, Long> read(byte[] text) {
        TreeMap<String, Long> quantities = new TreeMap<>();
        int at = 0;
        while (at < text.length) {
            int times = find(text, 'x', at);
            int colon = find(text, ':', times);
            long quantity = Long.parseLong(new String(text, at, times - at, UTF_8));
            int end = colon + 1 + Integer.parseInt(new String(text, times + 1, colon - times - 1, UTF_8));
            quantities.put(new String(Arrays.copyOfRange(text, colon + 1, end), UTF_8), quantity);
            at = end;
        }
        return quantities;
    }

    private static int find(byte[] text, char wanted, int from) {
        int at = from;
        while (text[at] != wanted) {
            at++;
        }
        return at;
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        quantities.forEach((product, quantity) -> lines.add(quantity + " x " + product));
        return String.join(", ", lines);
    }
}
