package dev.keywright.cart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.codec.Codecs;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A change of one line of a cart, to be given to {@link Carts#change}.
 *
 * @param kind what the quantity means
 * @param article 1 to 256 bytes as UTF-8
 * @param quantity units to add, taken away with a minus, down to none, within 1,000,000,000; or to set, 0 removes the line
 * @param price of one unit in the smallest unit of money, 0 to 2^53 - 1; absent to leave the price as it is
 * @param request an id of this change and of no other, 1 to 256 bytes; asked again within {@link CartOptions#memory()} nothing changes
 * @param most more units than that are refused, such as what is in stock; only {@link CartOptions#most()} counts when absent or larger
 */
public record Change(
        Kind kind, String article, long quantity, OptionalLong price, Optional<String> request, OptionalLong most) {

    private static final long LARGEST = 1_000_000_000;
    private static final int LONGEST = 256;

    /** What the quantity of a change means. */
    public enum Kind {
        /** So many more, or with a minus fewer. */
        ADD,
        /** So many. */
        SET
    }

    public Change {
        byte[] unused = bytes("article", article);
        if (quantity > LARGEST || quantity < (kind == Kind.SET ? 0 : -LARGEST)) {
            throw new IllegalArgumentException("The quantity is " + quantity + "; give "
                    + (kind == Kind.SET ? "0 to 1000000000" : "-1000000000 to 1000000000"));
        }
        if (price.isPresent() && (price.getAsLong() < 0 || price.getAsLong() >= 1L << 53)) {
            throw new IllegalArgumentException(
                    "The price is " + price.getAsLong() + "; give 0 to 2^53 - 1 of the smallest unit of money");
        }
        request.ifPresent(id -> bytes("request", id));
        if (most.isPresent() && most.getAsLong() < 0) {
            throw new IllegalArgumentException("most is " + most.getAsLong() + "; give 0 or more units");
        }
    }

    static byte[] bytes(String what, String text) {
        byte[] bytes = Codecs.string().encode(text);
        if (bytes.length < 1 || bytes.length > LONGEST) {
            throw new IllegalArgumentException("The " + what + " has " + bytes.length + " bytes; give 1 to " + LONGEST);
        }
        return bytes;
    }

    /** So many more; with a minus fewer, down to none. */
    public static Change add(String article, long quantity) {
        return new Change(Kind.ADD, article, quantity, OptionalLong.empty(), Optional.empty(), OptionalLong.empty());
    }

    /** So many; 0 removes the line. */
    public static Change set(String article, long quantity) {
        return new Change(Kind.SET, article, quantity, OptionalLong.empty(), Optional.empty(), OptionalLong.empty());
    }

    public Change withPrice(long smallestUnits) {
        return new Change(kind, article, quantity, OptionalLong.of(smallestUnits), request, most);
    }

    public Change withRequest(String id) {
        return new Change(kind, article, quantity, price, Optional.of(id), most);
    }

    public Change withMost(long units) {
        return new Change(kind, article, quantity, price, request, OptionalLong.of(units));
    }

    byte[] requestBytes() {
        return request.map(id -> ("c:" + id).getBytes(UTF_8)).orElse(new byte[0]);
    }
}
